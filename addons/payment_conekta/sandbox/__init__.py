"""A network to try things on: behaves as Conekta and Digital FEMSA document theirs. Plain Python, never used live."""
