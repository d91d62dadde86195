"""Hand-written data of the advice generator and the word lists drawn from it."""
