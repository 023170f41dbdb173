"""One reader per format: each leaves the file's rows as Parquet of texts, numbered as a spreadsheet numbers them."""
