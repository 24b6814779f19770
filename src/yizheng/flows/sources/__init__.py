"""Sources (数据源): their quality, links that are unsure, and rows that go back to be put right."""
