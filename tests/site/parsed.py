"""Built pages as trees."""

from pathlib import Path

from lxml import etree


def parsed(path: Path) -> "etree._Element":
    """An HTML file."""
    parser = etree.HTMLParser(encoding="utf-8")
    return etree.parse(str(path), parser).getroot()


def texts(element: "etree._Element", path: str) -> list[str]:
    """What an XPath finds, as text."""
    found = element.xpath(path)
    assert isinstance(found, list)
    return [
        "".join(map(str, each.itertext()))
        if isinstance(each, etree._Element)
        else str(each)
        for each in found
    ]


def elements(element: "etree._Element", path: str) -> list["etree._Element"]:
    """What an XPath finds, as elements."""
    found = element.xpath(path)
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, etree._Element)]
