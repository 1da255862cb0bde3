from __future__ import annotations

from pathlib import Path

import pytest

from tests.labelled.seeds import SEEDS, SeedPaper, read_seed, read_seeds

GLUED = """Get trending papers in your email inbox once a day!
Get trending papers in your email inbox!
SubscribeSubscribe to Owls
We count owls at night.
On Newts
Newts are counted too.
Subscribe Anew
The button is cut from the first title only.
"""

SPACED = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byXY and the research community

Sep 16

On Newts

Newts are counted too.

New

A title as short as the page's own.

On Newts

Other newts.
"""


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A folder with two small seeds of both shapes; one paper stands in both, and its title a third time."""
    (tmp_path / "002_b.txt").write_text(SPACED, encoding="utf-8")
    (tmp_path / "001_a.txt").write_text(GLUED, encoding="utf-8")
    (tmp_path / "README.md").write_text("no seed\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def seeds() -> Path:
    """The folder of the real seeds; a test that asks for it is skipped where there is none."""
    if not SEEDS.is_dir():
        pytest.skip("the seeds are not here")
    return SEEDS


def test_a_title_without_an_abstract_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "001_a.txt"
    file.write_text(GLUED + "On Toads\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"001_a\.txt: 7 lines are no pairs"):
        read_seed(file)


def test_the_headings_of_a_page_are_no_papers_and_the_button_is_cut_from_the_first_title(
    invented: Path,
) -> None:
    assert read_seed(invented / "001_a.txt") == (
        SeedPaper("001-001", "Subscribe to Owls", "We count owls at night."),
        SeedPaper("001-002", "On Newts", "Newts are counted too."),
        SeedPaper("001-003", "Subscribe Anew", "The button is cut from the first title only."),
    )


def test_blank_lines_between_the_lines_are_nothing(invented: Path) -> None:
    assert read_seed(invented / "002_b.txt") == (
        SeedPaper("002-001", "On Newts", "Newts are counted too."),
        SeedPaper("002-002", "New", "A title as short as the page's own."),
        SeedPaper("002-003", "On Newts", "Other newts."),
    )


def test_a_paper_in_both_seeds_is_one_under_its_first_id(invented: Path) -> None:
    ids = [paper.id for paper in read_seeds(invented)]
    assert ids == ["001-001", "001-002", "001-003", "002-002", "002-003"]


def test_an_empty_folder_has_no_papers(tmp_path: Path) -> None:
    assert read_seeds(tmp_path) == ()


def test_the_seeds_hold_268_and_83_pairs_and_343_papers(seeds: Path) -> None:
    assert [len(read_seed(file)) for file in sorted(seeds.glob("*.txt"))] == [268, 83]
    papers = read_seeds(seeds)
    assert len(papers) == len({paper.title for paper in papers}) == len({paper.id for paper in papers}) == 343


def test_the_first_and_last_titles_of_the_seeds_are_right(seeds: Path) -> None:
    titles = {paper.id: paper.title for paper in read_seeds(seeds)}
    assert (
        titles["001-001"] == "Computational Limits of Low-Rank Adaptation (LoRA) for Transformer-Based Models"
    )
    assert titles["001-268"] == "What Matters in Hierarchical Search for Combinatorial Reasoning Problems?"
    assert titles["003-001"] == "MoE-LLaVA: Mixture of Experts for Large Vision-Language Models"
    assert titles["003-083"] == "NUPES : Non-Uniform Post-Training Quantization via Power Exponent Search"


def test_titles_are_short_and_abstracts_long_in_the_seeds(seeds: Path) -> None:
    papers = read_seeds(seeds)
    assert max(len(paper.title) for paper in papers) < min(len(paper.abstract) for paper in papers)
