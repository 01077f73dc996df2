//! Attributes: names and values (opentelemetry/proto/common/v1/common.proto). What is not known is left out.

use std::borrow::Cow;

use serde::Serialize;

use super::context::Context;
use crate::report::v1::{Report, Tool};

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct KeyValue {
    key: Cow<'static, str>,
    value: AnyValue,
}

/// A value of any of the types that are used here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum AnyValue {
    #[serde(rename = "stringValue")]
    Text(String),
    #[serde(rename = "boolValue")]
    Flag(bool),
    /// Protobuf's JSON has 64-bit integers as strings.
    #[serde(rename = "intValue")]
    Count(String),
    #[serde(rename = "arrayValue")]
    List { values: Vec<Self> },
}

/// Attributes in the order in which they are said.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes(Vec<KeyValue>);

impl Attributes {
    /// What sends: the service that was named, else this program; and its host.
    pub(super) fn of_resource(report: &Report, context: &Context) -> Self {
        let tool = Tool::this();
        let said = &context.resource;
        let is_own = !said.contains_key("service.name");
        let host = report
            .environment
            .as_ref()
            .and_then(|environment| environment.host.clone())
            // One that was taken out is none.
            .filter(|host| !said.contains_key("host.name") && host != "…");
        let mut attributes = Self::default()
            .text("service.name", is_own.then_some(tool.name))
            .text("service.version", is_own.then_some(tool.version))
            .text("host.name", host);
        for (name, value) in said {
            attributes = attributes.text(name.clone(), Some(value.as_str()));
        }
        attributes
    }

    pub(super) fn text<T: Into<String>>(
        self,
        key: impl Into<Cow<'static, str>>,
        value: Option<T>,
    ) -> Self {
        self.with(key, value.map(|text| AnyValue::Text(text.into())))
    }

    pub(super) fn count<N: Into<i128>>(self, key: &'static str, value: Option<N>) -> Self {
        // The type on the wire is int64.
        let narrow = |number: N| i64::try_from(number.into()).unwrap_or(i64::MAX);
        let value = value.map(|number| AnyValue::Count(narrow(number).to_string()));
        self.with(key, value)
    }

    pub(super) fn flag(self, key: &'static str, value: Option<bool>) -> Self {
        self.with(key, value.map(AnyValue::Flag))
    }

    /// Nothing for an empty list.
    pub(super) fn texts(self, key: impl Into<Cow<'static, str>>, values: Vec<String>) -> Self {
        let values: Vec<AnyValue> = values.into_iter().map(AnyValue::Text).collect();
        self.with(
            key,
            (!values.is_empty()).then_some(AnyValue::List { values }),
        )
    }

    pub(super) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    pub(super) fn written(self) -> Vec<KeyValue> {
        self.0
    }

    fn with(mut self, key: impl Into<Cow<'static, str>>, value: Option<AnyValue>) -> Self {
        if let Some(value) = value {
            self.0.push(KeyValue {
                key: key.into(),
                value,
            });
        }
        self
    }
}
