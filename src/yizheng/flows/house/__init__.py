"""The house (机构): accounts at the start, the ledger's check, looks at personal data, files that leave."""
