//! A browser, driven by chromedriver over the WebDriver protocol (W3C): the few commands the tests need.

mod driver;

use serde_json::{Value, json};

use self::driver::Driver;

/// How long an element may take to appear, milliseconds.
const PATIENCE_MS: u64 = 30_000;

/// Name of an element's handle in answers (W3C WebDriver, "web element identifier").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one window. It ends when this is dropped.
pub(crate) struct Browser {
    driver: Driver,
    session: String,
}

impl Browser {
    /// Starts chromedriver on a free port, and Chromium without a window. `None` when there is none.
    pub(crate) fn start() -> Option<Self> {
        let mut browser = Self {
            driver: Driver::start()?,
            session: String::new(),
        };
        let session = browser.driver.send("POST", "/session", &json!({ "capabilities": { "alwaysMatch": {
            // Servers of the tests have certificates that nobody vouches for.
            "acceptInsecureCerts": true,
            "timeouts": { "implicit": PATIENCE_MS, "script": 2 * PATIENCE_MS },
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] }
        }}}));
        browser.session = format!(
            "/session/{}",
            session.get("sessionId").unwrap().as_str().unwrap()
        );
        Some(browser)
    }

    pub(crate) fn open(&self, url: &str) {
        self.command("/url", &json!({ "url": url }));
    }

    /// Waits for the element with this `data-testid` and gives back what it says.
    pub(crate) fn text(&self, test_id: &str) -> String {
        let element = self.element(test_id);
        let text = self.driver.send(
            "GET",
            &format!("{}/element/{element}/text", self.session),
            &Value::Null,
        );
        text.as_str().unwrap().to_owned()
    }

    /// What every element with this `data-testid` says.
    pub(crate) fn all_texts(&self, test_id: &str) -> Vec<String> {
        self.element(test_id);
        let texts = self.evaluate(&format!(
            "[...document.querySelectorAll('[data-testid={test_id}]')].map((one) => one.innerText)"
        ));
        serde_json::from_value(texts).unwrap()
    }

    /// Presses a button.
    pub(crate) fn click(&self, test_id: &str) {
        let element = self.element(test_id);
        self.command(&format!("/element/{element}/click"), &json!({}));
    }

    /// Presses a key on whatever has the focus, and lets the page draw.
    pub(crate) fn press(&self, key: &str) {
        let actions = [
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
        ];
        self.command(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }),
        );
        self.draw();
    }

    /// Presses the mouse at one share of the element's size, and lets it go at another.
    pub(crate) fn drag(&self, test_id: &str, from: (f64, f64), to: (f64, f64)) {
        let element = self.element(test_id);
        let edges = self.evaluate(&format!(
            "(() => {{ const box = document.querySelector('[data-testid={test_id}]').getBoundingClientRect(); return [box.width, box.height]; }})()"
        ));
        let size = |index: usize| edges.get(index).and_then(Value::as_f64).unwrap();
        // Offsets count from the element's middle, in whole pixels.
        let place = |(x, y): (f64, f64)| {
            json!({
                "type": "pointerMove", "duration": 100,
                "x": ((x - 0.5) * size(0)).round(), "y": ((y - 0.5) * size(1)).round(),
                "origin": { ELEMENT: element },
            })
        };
        let actions = [
            place(from),
            json!({ "type": "pointerDown", "button": 0 }),
            place(to),
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        self.command(
            "/actions",
            &json!({ "actions": [{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }] }),
        );
    }

    /// Drops files on the page, as a file manager does.
    pub(crate) fn drop_files(&self, files: &[(&str, &[u8])]) {
        let files: Vec<Value> = files
            .iter()
            .map(|(name, bytes)| json!([name, bytes]))
            .collect();
        let script = "const held = new DataTransfer(); \
            for (const [name, bytes] of arguments[0]) held.items.add(new File([new Uint8Array(bytes)], name)); \
            document.querySelector('.app').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: held }));";
        self.command(
            "/execute/sync",
            &json!({ "script": script, "args": [files] }),
        );
    }

    /// Pastes text on the page.
    pub(crate) fn paste(&self, text: &str) {
        let script = "const held = new DataTransfer(); held.setData('text', arguments[0]); \
            document.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: held }));";
        self.command(
            "/execute/sync",
            &json!({ "script": script, "args": [text] }),
        );
    }

    /// Waits until an expression holds.
    pub(crate) fn wait_until(&self, expression: &str) {
        let script = format!(
            "const done = arguments[0]; const end = Date.now() + {PATIENCE_MS}; \
            const look = () => ({expression}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 20); look();"
        );
        let holds = self.command("/execute/async", &json!({ "script": script, "args": [] }));
        assert_eq!(holds, true, "never: {expression}");
    }

    /// What a script says by calling `done`.
    pub(crate) fn evaluate_later(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.command("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Lets the page draw: two frames, the second of which shows what the first one changed.
    pub(crate) fn draw(&self) {
        self.evaluate_later("requestAnimationFrame(() => requestAnimationFrame(() => done()))");
    }

    /// Lets the page draw all that it is asked to show, what the worker still owes too.
    pub(crate) fn settle(&self) {
        self.draw();
        self.wait_until("!document.querySelector('[aria-busy=true]')");
        self.draw();
    }

    /// The page on paper, as PDF.
    pub(crate) fn print(&self) -> Vec<u8> {
        let paper = self.command("/print", &json!({}));
        from_base64(paper.as_str().unwrap())
    }

    /// The page on paper of this size in centimetres, as PDF.
    pub(crate) fn print_on(&self, width: f64, height: f64) -> Vec<u8> {
        let page = json!({ "page": { "width": width, "height": height } });
        let paper = self.command("/print", &page);
        from_base64(paper.as_str().unwrap())
    }

    /// Types into the element; into a file picker, the path of a file.
    pub(crate) fn type_into(&self, test_id: &str, text: &str) {
        let element = self.element(test_id);
        self.command(
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        );
    }

    /// The value of an expression on the page.
    pub(crate) fn evaluate(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.command("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Everything the browser complained about since the last call.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.command("/se/log", &json!({ "type": "browser" }));
        log.as_array()
            .unwrap()
            .iter()
            .filter(|entry| {
                entry
                    .get("level")
                    .is_some_and(|level| level == "SEVERE" || level == "WARNING")
            })
            .map(ToString::to_string)
            .collect()
    }

    /// Pretends to be a screen of this size and colour scheme.
    pub(crate) fn pretend(&self, width: u32, height: u32, scheme: &str) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ] }),
        );
    }

    /// Pretends that the system chooses the colours, for a page that is dark or light.
    pub(crate) fn pretend_forced_colours(&self, scheme: &str) {
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [
                { "name": "forced-colors", "value": "active" },
                { "name": "prefers-color-scheme", "value": scheme },
            ] }),
        );
        self.settle();
    }

    /// A picture of the whole page as PNG, what is below the window too.
    pub(crate) fn picture_of_all(&self) -> Vec<u8> {
        let sizes = self.devtools("Page.getLayoutMetrics", &json!({}));
        let size = |name: &str| {
            sizes
                .pointer(&format!("/cssContentSize/{name}"))
                .and_then(Value::as_f64)
                .unwrap()
        };
        let clip = json!({ "x": 0, "y": 0, "width": size("width"), "height": size("height").min(3000.0), "scale": 1 });
        let picture = self.devtools(
            "Page.captureScreenshot",
            &json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        );
        from_base64(picture.get("data").unwrap().as_str().unwrap())
    }

    /// A command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }

    fn element(&self, test_id: &str) -> String {
        let selector = format!("[data-testid={test_id}]");
        let found = self.command(
            "/element",
            &json!({ "using": "css selector", "value": selector }),
        );
        found.get(ELEMENT).unwrap().as_str().unwrap().to_owned()
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.driver
            .send("POST", &format!("{}{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Also where a test failed: a browser that is not told to end outlives its driver.
        self.driver.end(&self.session);
    }
}

/// RFC 4648 §4.
fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in text
        .bytes()
        .filter_map(|byte| ALPHABET.iter().position(|each| *each == byte))
    {
        bits = bits << 6 | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

#[test]
fn base64_is_decoded() {
    for (text, bytes) in [
        ("", ""),
        ("Zg==", "f"),
        ("Zm9v", "foo"),
        ("Zm9vYg==", "foob"),
    ] {
        assert_eq!(from_base64(text), bytes.as_bytes(), "{text}");
    }
}
