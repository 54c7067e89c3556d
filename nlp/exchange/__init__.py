"""Other tools' formats: runs as tables for pandas, DuckDB and Excel.

Owns which tables and columns there are, and how each format writes them. Reads no run by itself and
judges nothing: what a table says stands in the documents of the run.
"""

from __future__ import annotations

from nlp.exchange.columns import Column
from nlp.exchange.spreadsheet import restore
from nlp.exchange.tables import TABLES, Table
from nlp.exchange.writers import FORMATS, Form, files, write_tables

__all__ = ["FORMATS", "TABLES", "Column", "Form", "Table", "files", "restore", "write_tables"]
