"""Words in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English; `{name}` stands for a fact."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in a language, `zh...` or anything else for English."""
        return self.zh if language.startswith("zh") else self.en
