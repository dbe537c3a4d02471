//! The only place with raw markup.
//!
//! Everything else is escaped by construction; a test keeps the type for unescaped text out of all
//! other files. What enters here is `&'static str`, so text of users and of the database cannot
//! reach it; the one exception is JSON, in which the sign that could end its element is escaped.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The document type declaration.
pub fn doctype() -> Markup {
    html! { (DOCTYPE) }
}

/// The first line of a file for machines.
pub fn xml_declaration() -> Markup {
    PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
}

/// Static path data of an icon, drawn on a 16 × 16 grid with one stroke weight.
#[derive(Debug, Clone, Copy)]
pub struct Strokes(pub &'static str);

/// An icon: decoration beside a word, therefore hidden from screen readers.
pub fn svg_icon(strokes: Strokes) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(strokes.0) {}
        }
    }
}

/// The stylesheet inside a page, for files that must stand alone. Never for pages that are served:
/// their policy forbids it.
pub fn embedded_stylesheet() -> Markup {
    PreEscaped(format!(
        "<style>{}</style>",
        include_str!("../../assets/yifa.css")
    ))
}

/// A script inside a page that stands alone: the program's own text. Never for pages that are served.
pub fn embedded_script(own: &str) -> Markup {
    PreEscaped(format!(
        "<script>\n{}</script>",
        own.replace("</script", "<\\/script")
    ))
}

/// JSON inside a script element of type `application/json`. A `<` can stand in its strings only,
/// where it is written as an escape, so that nothing ends the element early.
pub fn embedded_data(json: &str) -> Markup {
    PreEscaped(json.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{fs, io};

    /// Calls `check` with the path and text of every Rust file below a folder.
    fn each_file(folder: &Path, check: &mut dyn FnMut(&Path, &str)) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                each_file(&path, check)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                check(&path, &fs::read_to_string(&path)?);
            }
        }
        Ok(())
    }

    #[test]
    fn unescaped_text_is_made_in_no_other_file() -> io::Result<()> {
        let word = concat!("Pre", "Escaped");
        let mut read = 0;
        each_file(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut |path, text| {
                read += 1;
                assert!(
                    path.ends_with("ui/raw.rs") || !text.contains(word),
                    "{}: {word} lets text through unescaped; render with html!, and put static markup \
                 into ui/raw.rs",
                    path.display()
                );
            },
        )?;
        assert!(read > 1);
        Ok(())
    }
}
