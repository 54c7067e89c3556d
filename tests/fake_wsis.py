"""`wsis` with the stand-ins of `util`, as a process of its own: for signals, pipes and locales."""

import sys

import util

from nlp import pipeline
from nlp.cli import main

pipeline.tag_pdf = util.fake_tag_pdf
pipeline.load_tagger = util.fake_load_tagger

if __name__ == "__main__":
    main(sys.argv[1:])
