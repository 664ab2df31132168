"""The examples of a rule page: which fences they are, and which are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.rules.examples import ExampleError, fences


def test_the_words_of_a_fence() -> None:
    (fence,) = fences("# x\n\n````md bad my page.md encoding=cp1252 form=NFD\né\n```\n````\n\nend\n")
    assert (fence.language, fence.verdict, fence.path, fence.text) == ("md", "bad", "my page.md", "é\n```\n")
    assert fence.file().content == b"\xe9\n```\n"


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/x", "a/../../x", "a/.git/config", ".GIT/hooks/post-index-change", "a\\..\\x"]
)
def test_a_file_that_leads_out_or_into_git_is_refused(path: str) -> None:
    (fence,) = fences(f"```md bad {path}\nx\n```\n")
    with pytest.raises(ExampleError):
        fence.file()


@pytest.mark.parametrize(
    "text", ["```md bad\nx\n", "```md bad\nx\n````md\n", "```a/b\n```\n", f"```{'a ' * 9000}=\n```"]
)
def test_what_nobody_can_have_meant(text: str) -> None:
    with pytest.raises(ExampleError) as caught:
        list(fences(text))
    assert caught.value.offset == 0


@pytest.mark.parametrize("encoding", ["no-such", "zlib", "ascii"])
def test_an_encoding_that_cannot_write_the_text(encoding: str) -> None:
    (fence,) = fences(f"```md bad encoding={encoding}\né\n```\n")
    with pytest.raises(ExampleError):
        fence.file()


@given(st.text(alphabet="`a\n \r\u2028b="))
def test_any_text_gives_fences_or_one_error(text: str) -> None:
    try:
        found = list(fences(text))
    except ExampleError as error:
        places, found = [error.offset], []
    else:
        places = [fence.start for fence in found]
    assert all(text[place:].startswith("```") for place in places)
    assert all(fence.text in text for fence in found)
