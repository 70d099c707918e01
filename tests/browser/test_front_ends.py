"""A picture's stored form where a copy of its script runs elsewhere, or the same output stands twice.

nbclassic's jQuery runs an output's scripts from the page's head, VS Code's renderer from the end of the
output, and both take them out again: `document.currentScript` is not where the picture belongs.
"""

import nbformat
import pytest
from looking import says, until
from nbclassic import nbclassic_path
from nbformat.sign import NotebookNotary, SQLiteSignatureStore
from run_notebooks import KERNEL

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import FirstTouch, LossCurve, catalogue

FIRST, SECOND, THIRD = CLASS_NAMES

PAGE = "<!doctype html><html lang=en><head><title>front end</title></head><body><main></main></body></html>"
# What VS Code's notebook renderer does with text/html (`renderHTML` and `domEval` of its renderers).
AS_VS_CODE = """html => {
    const element = document.createElement("div");
    element.innerHTML = html;
    document.querySelector("main").appendChild(element);
    for (const node of [...element.getElementsByTagName("script")]) {
        const script = document.createElement("script");
        script.text = node.innerText;
        element.appendChild(script).parentNode.removeChild(script);
    }
}"""
# What jQuery does, and so nbclassic.
AS_JQUERY = AS_VS_CODE.replace("element.appendChild(script)", "document.head.appendChild(script)")
both_ways = pytest.mark.parametrize("show", [AS_VS_CODE, AS_JQUERY], ids=["as VS Code", "as jQuery"])


@pytest.fixture
def open_outputs(open_page):
    """Return a function that shows HTML in a page, each as an output of its own, and returns the page."""

    def open_outputs(show, *outputs, **options):
        page = open_page(**options)
        page.context.set_offline(True)
        page.set_content(PAGE)
        for output in outputs:
            page.evaluate(show, output)
        return page

    return open_outputs


def move(picture, name, key="ArrowRight"):
    picture.get_by_role("slider", name=name).press(key)


@both_ways
def test_every_picture_finds_its_place_and_touches_nothing_else(open_outputs, show):
    pictures = [picture() for picture in catalogue()]
    page = open_outputs(show, "<p>before</p>", *(picture.html() for picture in pictures), "<p>after</p>")
    for box, picture in zip(page.locator(".sml").all(), pictures, strict=True):
        says(box, picture.sentence())
    assert page.title() == "front end"
    assert page.locator("main > div").count() == len(pictures) + 2
    assert page.locator("main > div > p").all_text_contents() == ["before", "after"]
    assert page.locator("main img:visible").count() == 0  # each still picture is hidden by its live one


@both_ways
def test_equal_pictures_are_alive_each_for_itself(open_outputs, show):
    page = open_outputs(show, *(FirstTouch().html() for _ in range(3)))
    first, second, third = page.locator(".sml").all()
    move(second, f"score of {FIRST}")
    says(second, FirstTouch(correct_score=-1.9).sentence())
    for other in (first, third):
        says(other, FirstTouch().sentence())
    page.evaluate(
        show, FirstTouch().html()
    )  # the same output once more, as in JupyterLab's "New View for Output"
    says(page.locator(".sml").last, FirstTouch().sentence())
    says(second, FirstTouch(correct_score=-1.9).sentence())
    assert page.locator(".sml").count() == 4


@both_ways
def test_a_script_that_fails_leaves_the_still_picture(open_outputs, show):
    broken = FirstTouch().html().replace("curve.set(", "broken.set(")
    page = open_outputs(show)
    page.evaluate("window.onerror = () => true")  # what it complains of is expected
    page.evaluate(show, broken)
    page.evaluate(show, LossCurve().html())
    says(page.locator(".sml"), LossCurve().sentence())
    assert page.locator("main img:visible").count() == 1
    assert page.get_by_role("img", name=FirstTouch().sentence(), exact=True).is_visible()


@both_ways
def test_a_script_without_its_place_does_nothing(open_outputs, show):
    script = FirstTouch().html().partition("<script>")[2].partition("</script>")[0]
    page = open_outputs(show, f"<p>only the script</p><script>{script}</script>")
    assert (
        page.locator("main > div").evaluate("node => node.firstChild.outerHTML") == "<p>only the script</p>"
    )
    assert page.locator(".sml").count() == 0


def test_nbclassic(open_page, lab, screenshots):
    pictures = [LossCurve(), FirstTouch(), FirstTouch()]
    cells = []
    for count, picture in enumerate(pictures, 1):
        data, metadata = picture._repr_mimebundle_()
        data = {form: data[form] for form in ("text/html", "image/png", "text/plain")}
        output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=count)
        cells.append(nbformat.v4.new_code_cell("1", outputs=[output], execution_count=count))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, lab.folder / "classic.ipynb")
    home = lab.folder.parent / "data"
    notary = NotebookNotary(
        data_dir=str(home), store_factory=lambda: SQLiteSignatureStore(str(home / "nbsignatures.db"))
    )
    notary.sign(nbformat.read(lab.folder / "classic.ipynb", 4))

    page = open_page()
    page.goto(f"{lab.url}{nbclassic_path()}/notebooks/classic.ipynb?token={lab.token}")
    boxes = page.locator(".output_area .sml")
    until(lambda: boxes.count() == len(pictures), "every picture is alive")
    for box, picture in zip(boxes.all(), pictures, strict=True):
        says(box, picture.sentence())
    move(boxes.nth(1), f"score of {FIRST}")
    says(boxes.nth(1), FirstTouch(correct_score=-1.9).sentence())
    says(boxes.nth(2), FirstTouch().sentence())
    assert page.locator("head link[rel=stylesheet]").count() > 0
    page.screenshot(path=screenshots / "nbclassic.png")
