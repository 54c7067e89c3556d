"""Read WTO and WSIS submissions and mark their paragraphs: importing this does nothing else."""

__version__ = "0.1.0"
