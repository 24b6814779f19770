"""Tables as departments deliver them: CSV in any of China's encodings, XLSX, Parquet, read as one kind of stream."""
