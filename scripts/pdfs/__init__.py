"""A small typesetter that makes the sample PDFs and says what should be read out of them."""
