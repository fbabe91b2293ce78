"""Whatever comes in, the answer is a document or a reason."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.text import validate
from tests.text.read.office import by, docx, end, gone, odt, p, quick, r, zipped

CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def settled(data: bytes, format_: str) -> None:
    found = quick(data, format_)
    if "refused" in found:
        assert "why" not in found or found["refused"], found
        return
    validate.document(found["doc"])


@CALM
@given(st.binary(max_size=400), st.sampled_from(["docx", "odt", "html", "txt", "json", "image"]))
def test_bytes(data, format_):
    if format_ == "image":
        assert "refused" in quick(data, format_)
    else:
        settled(data, format_)


@CALM
@given(st.text(max_size=300), st.sampled_from(["html", "txt", "json"]))
def test_text(text, format_):
    settled(text.encode("utf-8", "surrogatepass"), format_)


TAGS = st.sampled_from(
    ["p", "b", "i", "u", "s", "a", "ul", "ol", "li", "table", "tr", "td", "th", "thead", "h1", "h2",
     "h6", "div", "span", "ins", "del", "blockquote", "pre", "br", "hr", "img", "sup", "figure",
     "figcaption", "dl", "dt", "dd", "section", "caption", "q", "code", "mark", "input"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", ' colspan=99 rowspan="3"', " rowspan=2000", ' href="#fn1"', " id=fn1", ' class="deleted"',
     ' style="display:none"', " style='mso-list:l0 level3 lfo1'", ' data-list="l0-1,3,x"',
     ' start="-5" type=i', ' src="data:image/png;base64,xx"', " role=doc-noteref", " datetime=x"]
)  # fmt: skip


@CALM
@given(
    st.lists(
        st.tuples(TAGS, ATTRIBUTES, st.booleans(), st.text("aä \n<&", max_size=4)), max_size=40
    )
)
def test_tag_soup(soup):
    markup = "".join(
        f"</{tag}>{text}" if closing else f"<{tag}{attributes}>{text}"
        for tag, attributes, closing, text in soup
    )
    found = quick(markup.encode(), "html")
    assert "why" not in found, found
    settled(markup.encode(), "html")


RUNS = st.lists(
    st.sampled_from(
        [r("alt "), r("x", "<w:b/>"), by("ins", r("neu")), by("del", gone("weg")), r("\u202e"),
         by("ins", by("del", gone("hin"), "Ada")), '<w:r><w:br w:type="page"/></w:r>',
         '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
         '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
         '<w:r><w:drawing/></w:r>', "<w:r><w:br/></w:r>", by("moveTo", r("da"))]
    ),
    max_size=4,
)  # fmt: skip
PROPERTIES = st.sampled_from(
    ["", end("ins"), end("del"), '<w:pStyle w:val="berschrift1"/>', '<w:jc w:val="center"/>',
     '<w:pStyle w:val="berschrift1"/>' + end("del"),
     '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + end("ins"),
     '<w:numPr><w:ilvl w:val="3"/><w:numId w:val="2"/></w:numPr>' + end("del")]
)  # fmt: skip
PARAGRAPHS = st.lists(
    st.tuples(RUNS, PROPERTIES).map(lambda one: p("".join(one[0]), one[1])), min_size=1, max_size=6
)
BODIES = st.recursive(
    PARAGRAPHS.map("".join),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda cells: (
            "<w:tbl><w:tr>"
            + "".join(
                f'<w:tc><w:tcPr><w:gridSpan w:val="{n * 3}"/><w:vMerge/></w:tcPr>{cell}</w:tc>'
                for n, cell in enumerate(cells)
            )
            + "</w:tr></w:tbl>"
        )
    ),
    max_leaves=4,
)


@settings(CALM, max_examples=150)
@given(st.lists(BODIES, min_size=1, max_size=3))
def test_any_order_of_changes_gives_a_valid_document(bodies):
    found = quick(docx("".join(bodies)), "docx")
    assert "why" not in found, found
    validate.document(found["doc"])


@CALM
@given(st.text(alphabet="<>/p:textoficdw =\"'&;", max_size=200))
def test_odd_parts(part):
    settled(zipped({"word/document.xml": part}), "docx")
    settled(odt(part), "odt")
