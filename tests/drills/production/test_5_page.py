"""The page tells nothing that the drill has not done."""


def test_every_block_of_the_page_was_done(page, gym):
    assert page.left() == set()
