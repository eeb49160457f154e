import pytest
from tools.remote import without_remote


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://track.example/o.gif?id=7">',
        "<img width=1 src='http://track.example/o.gif'>",
        '<IMG SRC = "//track.example/o.gif" alt="x">',
        "<img src=https://track.example/o.gif>",
        '<img srcset="https://track.example/a 1x" src="https://track.example/b">',
        '<table background="https://track.example/bg.png"><tr></table>',
        '<video poster="https://track.example/p.jpg"></video>',
        "<div style=\"background:url('https://track.example/b.png')\">x</div>",
        "<style>p{background-image: url( //track.example/b.png )}</style>",
    ],
)
def test_nothing_is_fetched_from_elsewhere(html):
    assert "track.example" not in without_remote(html)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="cid:logo@x">',
        '<img src="data:image/png;base64,iVBORw0">',
        '<a href="https://court.example/file">the file</a>',
        "a < b and src=//x",
        "",
    ],
)
def test_the_rest_stays(html):
    assert without_remote(html) == html
