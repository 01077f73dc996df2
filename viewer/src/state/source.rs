//! Where the file is that an address shows in a page of its own.

/// The address of the file itself, for pages of GitHub that show one, which other pages may not read; any other as it
/// is.
pub(crate) fn raw(url: String) -> String {
    of_page(&url).unwrap_or(url)
}

fn of_page(url: &str) -> Option<String> {
    let url = url.split(['?', '#']).next()?;
    let path = url.strip_prefix("https://")?;
    if let Some(gist) = path.strip_prefix("gist.github.com/") {
        let gist = gist.trim_end_matches('/');
        // With a third part it is one of its earlier states, which has another address.
        let is_newest = gist.matches('/').count() == 1;
        return is_newest.then(|| format!("https://gist.githubusercontent.com/{gist}/raw"));
    }
    let (repository, file) = path.strip_prefix("github.com/")?.split_once("/blob/")?;
    let is_repository = repository.matches('/').count() == 1;
    is_repository.then(|| format!("https://raw.githubusercontent.com/{repository}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::raw;

    #[test]
    fn pages_that_show_a_file_stand_for_it() {
        for (page, file) in [
            (
                "https://gist.github.com/ann/0a1b",
                "https://gist.githubusercontent.com/ann/0a1b/raw",
            ),
            (
                "https://gist.github.com/ann/0a1b/?x=1#file-report-json",
                "https://gist.githubusercontent.com/ann/0a1b/raw",
            ),
            (
                "https://github.com/ann/cases/blob/main/may/report.json?plain=1#L3",
                "https://raw.githubusercontent.com/ann/cases/main/may/report.json",
            ),
        ] {
            assert_eq!(raw(page.to_owned()), file);
        }
    }

    #[test]
    fn other_addresses_stay() {
        for url in [
            "https://gist.github.com/ann",
            "https://gist.github.com/ann/0a1b/77fe",
            "https://github.com/ann/cases/issues/3",
            "https://github.com/ann/blob/main",
            "https://github.com.example/a/b/blob/main/c",
            "http://gist.github.com/ann/0a1b",
            "https://example.com/a/b/blob/main/c?x=https://gist.github.com/ann/0a1b",
            "case.json",
        ] {
            assert_eq!(raw(url.to_owned()), url);
        }
    }
}
