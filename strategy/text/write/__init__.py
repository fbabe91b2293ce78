"""Documents out: PDF, DOCX, ODT, HTML, Markdown, EPUB and JSON."""
