"""The pages on usage in OpenStack say what the survey counted."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from render.blocks.wild.data import findings, repository
from render.languages import locale
from render.languages.pages import notes
from render.paths import LOCALE
from reraise_lint import RULES
from survey.bodies import BODIES
from tests.project import DOCS, ROOT, refuse

DATA = ROOT / "survey" / "data"


def read(name: str) -> list[dict[str, str]]:
    """A table of the survey, read here once more."""
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


SITES = read("sites")
USES = [site for site in SITES if site["bare_raise"]]
SERIES = {
    (row["project"], row["cycle"]): row
    for row in read("releases")
    if row["cycle"]
}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, "etree._Element"]:
    """The tab's pages, parsed."""
    return _parsed(site)


@pytest.fixture(scope="module")
def chinese(site: Path) -> dict[str, "etree._Element"]:
    """The Chinese ones."""
    return _parsed(site / "zh")


def _parsed(site: Path) -> dict[str, "etree._Element"]:
    parser = etree.HTMLParser(encoding="utf-8")
    return {
        path.stem: etree.parse(
            str(
                site
                / "reference/usage"
                / path.stem.replace("index", "")
                / "index.html"
            ),
            parser,
        ).getroot()
        for path in (DOCS / "reference/usage").glob("*.md")
    }


def find(tree: "etree._Element", path: str) -> list["etree._Element"]:
    """What an XPath finds."""
    found = tree.xpath(path)
    assert isinstance(found, list)
    return [x for x in found if isinstance(x, etree._Element)]


def text(element: "etree._Element") -> str:
    """An element's text, with single spaces."""
    return re.sub(r"\s+", " ", "".join(map(str, element.itertext()))).strip()


def test_there_is_a_square_for_each_use(
    pages: dict[str, "etree._Element"],
) -> None:
    """A path for each project and kind of body, with a link to its uses."""
    wanted = Counter((repository(use["project"]), use["body"]) for use in USES)
    kinds = list(BODIES)
    shown: dict[tuple[str, str], int] = {}
    for link in find(pages["index"], "//*[@class='squares']//svg/a"):
        asked = parse_qs(urlsplit(link.get("xlink:href") or "").query)
        project, body = asked["project"][0], asked["body"][0]
        [path] = find(link, "path")
        assert kinds[int((path.get("class") or "b?")[1:])] == body
        shown[project, body] = (path.get("d") or "").count("z")
        [title] = find(link, "title")
        assert text(title) == f"{project}, {body}: {wanted[project, body]}"
    assert shown == wanted


def test_squares_do_not_cover_each_other(
    pages: dict[str, "etree._Element"],
) -> None:
    """Those of a project fill its picture, row by row."""
    for picture in find(pages["index"], "//*[@class='squares']//svg"):
        places: list[tuple[float, float]] = []
        for path in find(picture, ".//path"):
            x = y = 0.0
            for kind, right, down in re.findall(
                r"([Mm])(-?\d+) (-?\d+)h12v12h-12z", path.get("d") or ""
            ):
                x = float(right) + (x if kind == "m" else 0)
                y = float(down) + (y if kind == "m" else 0)
                places.append((y, x))
        assert places == sorted(set(places))
        assert places[0] == (0, 0)
        bottom, right = (int(picture.get(n) or 0) for n in ("height", "width"))
        assert max(y for y, _ in places) == bottom - 14
        assert max(x for _, x in places) == right - 14


def test_the_table_of_projects_shows_the_data(
    pages: dict[str, "etree._Element"],
) -> None:
    """Both ways to re-raise, the share and the rate; links to the uses."""
    [table] = find(pages["index"], "//table[contains(@class, 'projects')]")
    shown = {}
    for row in find(table, "tbody/tr"):
        name, version, *numbers = map(text, row)
        shown[name] = version, *numbers
        links = [link.get("href") for link in find(row, ".//a")]
        used = int(numbers[0]) > 0
        assert links == [f"find/?project={name}"] * used
    assert shown == {
        repository(row["project"]): (
            row["version"],
            row["helper"],
            row["bare_raises"],
            f"{int(row['helper']) / both:.0%}",
            f"{1000 * int(row['helper']) / int(row['lines']):.2f}",
        )
        for row in read("releases")
        if row["newest"]
        and (both := int(row["helper"]) + int(row["bare_raises"]))
    }


def test_legends_and_labels_count(pages: dict[str, "etree._Element"]) -> None:
    """The numbers beside the colours, and those of the projects."""
    bodies = Counter(site["body"] for site in USES)
    legend = find(pages["index"], "//ul[@class='legend']/li/a")
    assert {text(entry) for entry in legend} == {
        f"{body} {bodies[body]}" for body in BODIES
    }
    projects = Counter(repository(site["project"]) for site in USES)
    labels = find(pages["index"], "//*[@class='squares']/div/a")
    assert {text(label) for label in labels} == {
        f"{project} {count}" for project, count in projects.items()
    }
    purposes = Counter[str]()
    for row in read("purposes"):
        purposes[row["purpose"]] += int(row["code"])
    told = find(pages["purposes"], "//ul[@class='legend']/li/span")
    assert {text(entry) for entry in told} == {
        f"{purpose} {count:,}" for purpose, count in purposes.items() if count
    }


def _upstream(site: dict[str, str]) -> str:
    """The folder of a site's release."""
    return (
        f"https://opendev.org/openstack/{repository(site['project'])}"
        f"/src/tag/{site['version']}/"
    )


def test_the_text_has_the_data(pages: dict[str, "etree._Element"]) -> None:
    """A line for each use, below its project and the folder upstream."""
    shown = []
    for block in find(pages["text"], "//article//pre"):
        [name] = find(block, "preceding::h2[1]")
        [tree] = find(block, "preceding::a[1]")
        for line in "".join(map(str, block.itertext())).splitlines():
            shown.append([text(name), tree.get("href"), *line.split(" | ")])
    assert shown == [
        [
            f"{repository(site['project'])} {site['version']}",
            _upstream(site),
            f"{site['file']}:{site['line']}",
            site["function"],
            site["catches"],
            site["body"],
            site["bare_raise"],
            ", ".join(dict.fromkeys(code for _, code in findings(site))),
        ]
        for site in SITES
    ]


def test_the_table_begins_with_the_data(
    pages: dict[str, "etree._Element"],
) -> None:
    """The first rows, with links to the lines in their version."""
    rows = find(pages["find"], "//table[@class='sites']/tbody/tr")
    assert len(rows) == 40
    for row, site in zip(rows, SITES, strict=False):
        cells = [text(cell) for cell in row]
        assert cells[:4] == [
            f"{site['file']}:{site['line']}",
            site["function"],
            re.sub(r"\s+", " ", site["catches"]),
            site["body"],
        ]
        assert cells[5] == ", ".join(
            dict.fromkeys(
                f"{code} {RULES[code].name}" for _, code in findings(site)
            )
        )
        same = cells[4] == "the same"
        assert same == (site["bare_raise"] == "yes"), cells
        [link] = find(row, "th/a")
        address = f"{_upstream(site)}{site['file']}#L{site['line']}"
        assert link.get("href") == address


def test_choices_count(pages: dict[str, "etree._Element"]) -> None:
    """Each option says how many uses it leaves."""
    values: dict[str, list[Iterable[str]]] = {
        "project": [[repository(site["project"])] for site in SITES],
        "catches": [[site["catches"]] for site in SITES],
        "body": [[site["body"]] for site in SITES],
        "raise": [[site["bare_raise"]] for site in SITES],
        "finding": [{code for _, code in findings(site)} for site in SITES],
    }
    for name, all_ in values.items():
        count = Counter(value for each in all_ for value in each if value)
        if name == "catches":
            count = Counter({v: n for v, n in count.items() if n > 1})
        [select] = find(pages["find"], f"//select[@name='{name}']")
        shown = {
            option.get("value"): int(text(option).rpartition("(")[2][:-1])
            for option in select
            if option.get("value") not in ("", "*")
        }
        assert shown == count


def test_pictures_show_the_data(pages: dict[str, "etree._Element"]) -> None:
    """The bars' lengths, and the points of the lines."""
    count: dict[str, Counter[str]] = {}
    for row in read("purposes"):
        name = repository(row["project"])
        count.setdefault(name, Counter())[row["purpose"]] += int(row["code"])
    count = {name: counts for name, counts in count.items() if counts.total()}
    order = sorted(count, key=lambda name: -count[name].total())
    count["All projects"] = sum(count.values(), Counter[str]())
    labels = find(pages["purposes"], "//*[@role='img']//text[@x='0']")
    assert [text(label) for label in labels] == ["All projects", *order]
    bars = find(pages["purposes"], "//*[@role='img']//g")
    for label, bar in zip(labels, bars, strict=True):
        counts = count[text(label)]
        widths = {
            part.get("class"): float((part.get("width") or "")[:-1])
            for part in bar
        }
        assert sum(widths.values()) == pytest.approx(100, abs=1)
        share = 100 * counts["re-raise"] / counts.total()
        assert widths.get("p0", 0) == pytest.approx(share, abs=0.1)

    [picture] = find(pages["index"], "//*[@role='img']")
    lines = find(picture, ".//polyline")
    assert len(lines) == 3
    points = [
        [float(pair.split(",")[1]) for pair in line.split()]
        for line in (line.get("points") or "" for line in lines)
    ]
    # Heights are in proportion to the numbers.
    scale = None
    for project, line in zip(
        ("cinder", "nova", "neutron"), points, strict=True
    ):
        listed = [v for (p, _), v in SERIES.items() if p == project]
        for row, y in zip(listed, line, strict=True):
            each = (250 - y) / int(row["helper"])
            scale = scale or each
            assert each == pytest.approx(scale, rel=0.01)


def test_pictures_have_words(pages: dict[str, "etree._Element"]) -> None:
    """A text alternative says what a picture says, with its numbers."""
    for name, wanted in (
        ("purposes", f"re-raise {len(USES)}"),
        ("index", f"Ocata {SERIES['nova', 'Ocata']['helper']}"),
    ):
        (*pictures,) = find(pages[name], "//*[@role='img']")
        assert pictures
        assert any(wanted in (p.get("aria-label") or "") for p in pictures)


def test_turns_add_up() -> None:
    """What the files lost and won is what the releases did."""
    changes: Counter[tuple[str, str]] = Counter()
    for row in read("changes"):
        difference = int(row["after"] or 0) - int(row["before"] or 0)
        changes[row["project"], row["version"]] += difference
    for project in "cinder", "neutron", "nova":
        listed = [v for (p, _), v in SERIES.items() if p == project]
        for old, new in pairwise(listed):
            difference = int(new["helper"]) - int(old["helper"])
            assert changes[project, new["version"]] == difference, new


def test_what_is_said_of_the_years_holds() -> None:
    """The sentences on the page that hold no number of the survey's."""

    def uses(project: str) -> list[int]:
        return [
            int(v["helper"]) for (p, _), v in SERIES.items() if p == project
        ]

    def rate(project: str, cycle: str) -> float:
        row = SERIES[project, cycle]
        return int(row["helper"]) / int(row["lines"])

    assert max(uses("nova")) == int(SERIES["nova", "Stein"]["helper"])
    assert min(uses("cinder")) == int(SERIES["cinder", "Ussuri"]["helper"])
    newest = "2026.2"
    assert rate("neutron", newest) / rate("neutron", "Ocata") < 0.51
    assert 0.7 < rate("cinder", newest) / rate("cinder", "Ocata") < 0.78
    assert 0.97 < rate("nova", newest) / rate("nova", "Ocata") < 1.03


def test_what_is_said_of_projects_and_purposes_holds() -> None:
    """Who prefers what, and in which order purposes are frequent."""
    newest = {
        row["project"]: (int(row["helper"]), int(row["bare_raises"]))
        for row in read("releases")
        if row["newest"]
    }
    shares = {
        repository(project): helper / (helper + bare)
        for project, (helper, bare) in newest.items()
        if helper + bare
    }
    most = sorted(shares, key=lambda name: -shares[name])[:3]
    page = (DOCS / "reference/usage" / "index.md").read_text("utf-8")
    first, second, third = most
    said = f"above all {first.title()}, {second} and {third.title()}."
    assert said in page
    told = page.partition("only, among them ")[2].partition(";")[0]
    for project in re.split(", | and ", told.lower()):
        assert shares[project] == 0, project
    (neither,) = (name for name, ways in newest.items() if not sum(ways))
    assert f"; {neither} uses neither.\n" in page
    code: Counter[str] = Counter()
    for row in read("purposes"):
        code[row["purpose"]] += int(row["code"])
    assert [purpose for purpose, _ in code.most_common(4)] == [
        "database",
        "re-raise",
        "file",
        "lock",
    ]


def test_pages_name_the_releases_that_were_counted() -> None:
    """Of other projects than Nova, the newest; of Ironic, one before as well.

    The page covers older releases of Nova and oslo.utils, too.
    """
    newest = {
        repository(row["project"]).lower(): row["version"]
        for row in read("releases")
        if row["newest"] and row["project"] not in ("nova", "oslo.utils")
    }
    names = "|".join(map(re.escape, newest))
    older = {("Ironic", "34.0.0")}

    def problems() -> Iterator[str]:
        for path in DOCS.rglob("*.md"):
            text = path.read_text("utf-8")
            for found in re.findall(
                rf"\b({names}) (\d+\.\d+\.\d+)", text, re.I
            ):
                name, version = found
                if version != newest[name.lower()] and found not in older:
                    yield f"{path}: {name} {version} is not the one counted"

    refuse(problems())


def test_the_page_tells_where_a_person_disagrees() -> None:
    """How often, and each place."""
    with (ROOT / "tests" / "survey" / "verdicts.csv").open() as file:
        verdicts = list(csv.DictReader(file))
    told = {(s["file"], s["line"]): s["purpose"] for s in read("sample")}
    wrong = [
        verdict
        for verdict in verdicts
        if told[verdict["file"], verdict["line"]] != verdict["judged"]
    ]
    page = (DOCS / "reference/usage" / "purposes.md").read_text("utf-8")
    right = len(verdicts) - len(wrong)
    assert f"Of {len(verdicts)} items" in page
    assert f"agreed with {right}." in page
    for verdict in wrong:
        assert f"`{verdict['file']}`, line {verdict['line']}" in page


def _shown(tree: "etree._Element") -> Iterator[str]:
    """What a page says in words, attributes that are read out included.

    What is marked as English has no translation yet.
    """
    left_out = "ancestor-or-self::code or self::script"
    marked = "ancestor-or-self::*[@lang = 'en']"
    article = f"//article//*[not({left_out} or {marked})]"
    # File, function and exception of a row are code.
    table = "parent::tr/parent::tbody/parent::table[@class='sites']"
    cell = f"ancestor-or-self::*[{table}][count(preceding-sibling::*) < 3]"
    option = "self::option[../@name = 'catches' or ../@name = 'project']"
    for element in find(tree, f"{article}[not(ancestor::svg)]"):
        if not element.xpath(f"boolean({cell} | {option})"):
            yield from filter(
                None,
                [
                    element.text,
                    *(child.tail for child in element),
                    *(
                        value
                        for name, value in element.attrib.items()
                        if name in ("aria-label", "alt", "placeholder")
                        or str(name) in ("data-told", "data-failed")
                    ),
                ],
            )


def test_the_chinese_pages_say_nothing_in_english(
    chinese: dict[str, "etree._Element"],
) -> None:
    """No word of the survey's own, and no three English words in a row.

    What is not translated yet fails no test.
    """
    words = {str(m.id) for m in locale.read(LOCALE / "zh" / "wild.po")}
    words -= {"", "helper", "mock", "fixture", "bare `raise`"}
    untranslated = {
        word
        for word in words
        if isinstance(locale.translate(word, "zh", "wild"), locale.English)
    }
    names = re.compile(
        "|".join(
            rf"\b{re.escape(word)}\b"
            for word in words - untranslated
            if not word.startswith("{")
        )
        + r"|(?:\b[a-z]{2,} ){2}[a-z]{2,}\b"
    )

    def problems() -> Iterator[str]:
        lagging = notes()
        for name, tree in chinese.items():
            if f"wild/{name}/".replace("index/", "") in lagging:
                continue
            for said in _shown(tree):
                for word in untranslated:
                    said = said.replace(word, "")
                if found := names.search(said):
                    yield f"zh/wild/{name}: `{found[0]}` in `{said.strip()}`"

    refuse(problems())


def test_links_to_picked_rows_find_some(site: Path) -> None:
    """What any page's link asks for is a choice of the form, or one place."""
    places = Counter[str]()
    for one in SITES:
        place = f"{one['file']}:{one['line']}"
        places[place] += 1
    count = 0
    for language in "", "zh":
        tree = etree.parse(
            str(site / language / "reference/usage/find/index.html"),
            etree.HTMLParser(encoding="utf-8"),
        ).getroot()
        values = {
            select.get("name"): {option.get("value") for option in select}
            for select in find(tree, "//form[@class='pick']//select")
        }
        folder = site / language
        for page in folder.rglob("index.html"):
            for query in re.findall(
                r'href="[^"]*find/\?([^"]+)"', page.read_text("utf-8")
            ):
                for name, asked in parse_qs(unescape(query)).items():
                    count += 1
                    if name == "words":
                        found = [p for p in places if p.startswith(asked[0])]
                        assert len(found) == 1, f"{page}: {asked[0]}: {found}"
                    else:
                        assert asked[0] in values[name], f"{page}: {query}"
    assert count > 200


def test_the_rows_are_on_one_page(site: Path) -> None:
    """And in its Markdown; in no search index, which every reader loads."""
    code = "StorwizeHelpers."
    assert any(code in use["function"] for use in USES)
    assert {
        path.relative_to(site)
        for pattern in ("index.html", "index.md", "search_index.json")
        for path in site.rglob(pattern)
        if code in path.read_text("utf-8")
    } == {
        Path(language, "reference/usage/text", name)
        for language in ("", "zh")
        for name in ("index.html", "index.md")
    }
