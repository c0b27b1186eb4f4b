"""A reader's words find the answer among the first three hits."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

# Words as readers type them, and the pages that answer: any of them will do.
QUESTIONS = [
    ("how do I read with syntax in OpenStack source", "faq|enter_and_exit"),
    ("what is bound to ctxt", "faq|enter_and_exit"),
    ("several managers second __enter__ fails", "several_managers|faq"),
    ("parenthesised with python version", "several_managers|faq"),
    ("what does save_and_reraise_exception do", "faq|body_succeeds"),
    ("is the exception delayed or saved for later", "faq|body_succeeds"),
    ("where does it get the exception from", "faq|body_succeeds"),
    ("not reraise at run time", "deciding|faq"),
    ("typo in the function name", "faq|misspelt"),
    ("misspelled name", "faq|misspelt|body_succeeds"),
    ("which line of the traceback is the real error", "body_succeeds|faq"),
    ("when did it appear", "faq|still_needed"),
    ("first use in Nova", "faq|still_needed"),
    ("how common in Nova", "faq|still_needed"),
    ("plain Python 3 equivalents", "faq|still_needed"),
    ("raise versus raise e", "faq|active_exception"),
    ("bare raise outside a handler", "faq|active_exception"),
    ("three arguments of __exit__ inside except", "faq|enter_and_exit"),
    ("may __exit__ raise", "faq|what_exit_returns"),
    ("contextmanager exceptions", "writing_one|faq"),
    ("async with save_and_reraise_exception", "async_with|faq"),
    ("raise a different exception from the body", "deciding|faq"),
    ("where does the dropped line go", "cleanup_fails|faq"),
    ("silence dropped line", "cleanup_fails|faq"),
    ("spurious line real error", "cleanup_fails|faq"),
    ("outside an except block", "outside_a_handler|faq|body_succeeds"),
    ("return inside the body", "deciding|return_in_body|faq"),
    ("forgot with", "without_with|faq"),
    ("forgetting with", "without_with|faq"),
    ("KeyboardInterrupt SystemExit", "faq|kinds|body_succeeds"),
    ("keep __cause__ __notes__", "faq|body_succeeds"),
    ("traceback longer", "faq|body_succeeds"),
    ("capture force_reraise", "capture_and_force|faq|reference/excutils"),
    ("logger argument accepted", "cleanup_fails|faq|own_logger"),
    ("how slow", "faq|moving"),
    ("ruff hacking rule", "faq|still_needed"),
    ("why did it exist", "faq|still_needed"),
    ("which projects dropped it", "faq|still_needed"),
    ("how common is the helper in OpenStack", "faq|wild/"),
    ("which projects use the helper", "faq|wild/|still_needed"),
    ("real examples from Cinder", "faq|find|twelve"),
    ("what is with used for", "faq|wild/purposes"),
    ("helper or bare raise by project", "two_ways|faq"),
    ("uses over the years", "wild/years|faq"),
    ("check my own code", "wild/check|faq|review"),
    ("blog version Victoria", "releasing_ports|faq"),
    ("attempts ConnectFailure", "releasing_ports|faq"),
    ("why two save_and_reraise_exception", "releasing_ports|faq"),
    ("instance state at the end", "releasing_ports"),
    ("InstancePowerOffFailure", "releasing_ports|faq"),
    ("exception_filter", "filtering|reference|faq"),
    ("raise_with_cause", "raising_with_cause|reference|faq"),
    ("forever_retry_uncaught_exceptions", "retrying_forever|reference|faq"),
    ("forever_retry Ctrl-C", "retrying_forever|faq"),
    ("cleanup replace the original error", "losing_one|faq|cleanup_replaces"),
    ("replace by raise what to check", "still_needed|moving|faq"),
    ("Ctrl-C during cleanup", "cleanup_fails|faq|kinds"),
    ("cancellation in the body", "cleanup_fails|faq|coroutines"),
    ("yield inside the body", "faq|generators"),
    ("memory frames alive", "faq|capture_and_force|kept_too_long"),
    ("eventlet switches greenthreads", "still_needed|faq"),
    ("still needed on Python 3", "still_needed|faq"),
    ("eventlet removal", "still_needed|faq"),
    ("setting the error state fails", "releasing_ports|faq"),
    (
        "There is no (currently) captured exception to force the reraising of",
        "faq|outside_a_handler|nothing_to_raise|body_succeeds",
    ),
    ("Original exception being dropped", "cleanup_fails|faq"),
    ("No active exception to reraise", "faq|active_exception"),
    ("NoneType: None", "faq|outside|cleanup_fails"),
    ("cleanup", "losing_one|cleanup|faq"),
    ("decorator", "faq|misuse|writing_one|filtering"),
    ("pickle", "faq|methods"),
    ("nested helpers", "nesting|faq|nested_by"),
    ("exception group", "faq|kinds|keep_both"),
    ("mock helper test", "test_code|faq|around"),
    ("assertLogs", "test_code|faq|around"),
    ("mypy", "type_checkers|faq"),
    ("unit test", "test_code|faq"),
    ("finally", "faq|leaving|nothing_to_raise"),
    ("TypeError async context manager", "async_with|faq|coroutines"),
    ("swallowed exception", "without_with|what_exit_returns|faq|glossary"),
    ("ExitStack pop_all", "ready_made|several_resources"),
    ("suppress", "ready_made"),
    ("nullcontext", "ready_made"),
    ("sys.exc_info", "active_exception|reference|faq"),
    ("from None", "faq|chaining"),
    ("add_note", "chaining|keep_both|faq|still_needed"),
    ("LoggerAdapter", "own_logger|cleanup_fails|faq|logger"),
    ("nova/api/openstack layout", "nova/$|nova/#|faq"),
    ("auth.py", "nova/$|nova/#|faq"),
    ("download nova victoria", "nova/$|nova/#|faq"),
    ("URL method call route", "url_to_method|faq"),
    ("ResourceExceptionHandler", "api_errors|faq"),
    ("exception HTTP status 400", "api_errors"),
    ("flavor host selection", "flavor_to_host|faq"),
    ("NoValidHost", "flavor_to_host|boot"),
    ("scheduler filters", "flavor_to_host"),
    ("with on the boot path", "boot|faq"),
    ("who catches the exception in order", "deleting|faq"),
    ("terminate_instance", "deleting|releasing_ports"),
    ("Exception during message handling", "deleting|boot|releasing"),
    ("build failure decorators", "build_failures|faq"),
    ("RescheduledException", "build_failures|boot"),
    ("BuildAbortException", "build_failures|context_managers|boot"),
    ("_build_resources", "context_managers|build_failures|faq"),
    ("_error_out_instance_on_exception", "context_managers|faq"),
    ("EventReporter", "context_managers|deleting|faq"),
    ("instance_claim", "context_managers|boot|flavor_to_host"),
    ("target_cell", "context_managers|boot"),
]

CHINESE = [
    ("异常被吞掉", "what_exit_returns|context_managers|without_with"),
    ("重新抛出", "faq|active_exception|body_succeeds"),
    ("with 语句 执行顺序", "enter_and_exit"),
    ("保存异常", "active_exception|capture_and_force|body_succeeds"),
    ("日志 丢弃", "the-dropped-line|cleanup_fails|own_logger"),
    ("释放 网络 端口", "releasing_ports|faq/#what-runs-in-_try"),
    ("调度 主机 规格", "flavor_to_host"),
    ("异常 reraise", "faq|deciding|body_succeeds"),
    ("语句体 return", "return_in_body"),
    ("单元测试", "test_code_that_uses_it"),
    ("异常链", "glossary|chaining"),
    ("删除实例失败", "nova/deleting"),
    ("exit", "what_exit_returns|enter_and_exit|faq/#what-are-the-three"),
    ("dropped", "cleanup_fails|own_logger|faq"),
    ("reraise", "deciding|faq|excutils/|return_in_body"),
    ("Neutron instances", "releasing_ports|boot|faq"),
    ("Original exception being dropped", "cleanup_fails|own_logger|faq"),
    ("OpenStack源码中的with分析", "how-do-i-read-a-with|enter_and_exit"),
]

# Types words and waits until the list of hits has been still for a moment.
_SEARCH = """words => new Promise((done, failed) => {
    const input = document.querySelector(".md-search__input");
    const list = document.querySelector(".md-search-result__list");
    let still;
    const seen = new MutationObserver(() => {
        clearTimeout(still);
        still = setTimeout(finish, 60);
    });
    function finish() {
        seen.disconnect();
        done([...list.querySelectorAll(".md-search-result__item")]
            .slice(0, 3)
            .flatMap(hit => [...hit.querySelectorAll("a[href]")].slice(0, 2))
            .map(link => new URL(link.href))
            .map(url => url.pathname + url.hash));
    }
    setTimeout(() => failed("no hits came"), 5000);
    seen.observe(list, {childList: true, subtree: true});
    input.value = words;
    input.dispatchEvent(new Event("input", {bubbles: true}));
    input.dispatchEvent(new KeyboardEvent("keyup", {bubbles: true}));
})"""


def _opened(page: Page, address: str, ready: str) -> Page:
    page.goto(address)
    page.locator(".md-search__input").click()
    page.get_by_text(ready).wait_for()
    return page


@pytest.fixture(scope="module")
def searching(new_page: NewPage) -> Page:
    """A page with its search opened and ready."""
    page = new_page(viewport={"width": 1440, "height": 900})
    return _opened(page, "", "Type to start searching")


@pytest.fixture(scope="module")
def searching_in_chinese(new_page: NewPage) -> Page:
    """The same in Chinese."""
    page = new_page(viewport={"width": 1440, "height": 900})
    return _opened(page, "zh/", "键入以开始搜索")


@pytest.mark.parametrize(("words", "answers"), QUESTIONS)
def test_words_find_their_answer(
    searching: Page, words: str, answers: str
) -> None:
    """One of the first three hits is a page that answers."""
    hits = searching.evaluate(_SEARCH, words)
    assert any(re.search(answers, hit) for hit in hits), (
        f"{words!r} finds {hits}; none matches {answers}"
    )


@pytest.mark.parametrize(("words", "answers"), CHINESE)
def test_chinese_words_find_their_answer(
    searching_in_chinese: Page, words: str, answers: str
) -> None:
    """Words are found in a row, and beside English ones."""
    test_words_find_their_answer(searching_in_chinese, words, answers)


def test_a_word_is_found_while_it_is_typed(searching_in_chinese: Page) -> None:
    """Its first letter finds what begins with it."""
    assert searching_in_chinese.evaluate(_SEARCH, "调度")
    assert searching_in_chinese.evaluate(_SEARCH, "单")


def test_what_is_found_is_plain_text(searching_in_chinese: Page) -> None:
    """The signs that cut words are not shown, copied or looked up."""
    searching_in_chinese.evaluate(_SEARCH, "重新抛出")
    list_ = searching_in_chinese.locator(".md-search-result__list")
    text = list_.inner_text()
    assert "重新抛出" in text
    assert "\u200b" not in text
    assert "\u3007" not in text
    links = list_.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert not [
        link for link in links if re.search("%E2%80%8B|%E3%80%87", link)
    ]


_INDEX = "**/search/search_index.json"


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize(
    ("width", "turn"),
    [
        (1440, lambda page: page.keyboard.press("/")),
        (1440, lambda page: page.locator(".md-search__input").hover()),
        (390, lambda page: page.locator("label[for=__search]").first.tap()),
    ],
    ids=["key", "mouse", "finger"],
)
def test_the_index_waits_for_who_searches(
    new_page: NewPage, language: str, width: int, turn: Callable[[Page], None]
) -> None:
    """It is larger than a page, and few who read one search in it."""
    page = new_page(viewport={"width": width, "height": 844}, has_touch=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{language}excutils/deciding/")
    # The last that the theme's script does: it asked for all it wants.
    page.locator(".md-code__nav").first.wait_for(state="attached")
    assert asked
    assert not [one for one in asked if "search_index" in one]
    with page.expect_response(_INDEX):
        turn(page)


def test_words_in_an_address_are_searched_for(new_page: NewPage) -> None:
    """The words that a link brings, and those that a hit marks."""
    page = new_page(viewport={"width": 1440, "height": 844})
    page.goto("faq/?q=dropped")
    hits = page.locator(".md-search-result__list").get_by_role("link")
    expect(hits.first).to_be_visible()
    page.goto("excutils/cleanup_fails/?h=dropped")
    expect(page.locator("article mark").first).to_have_text("dropped")
