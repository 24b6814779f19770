"""Why an agency's folder is not taken (机构目录): the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a file of an agency's folder, or with a name that is looked up in it."""

    SOURCE_UNKNOWN = "agency_files:source_unknown"

    FILE_MISSING = "agency_files:file_missing"
    FILE_NOT_UTF8 = "agency_files:file_not_utf8"
    NOT_YAML = "agency_files:not_yaml"
    NOT_READABLE_YAML = "agency_files:not_readable_yaml"
    KEY_TWICE = "agency_files:key_twice"
    KEY_UNKNOWN = "agency_files:key_unknown"
    FIELD_MISSING = "agency_files:field_missing"
    VALUE_OF_OTHER_KIND = "agency_files:value_of_other_kind"
    VALUE_NOT_ALLOWED = "agency_files:value_not_allowed"
    VALUE_WRONG = "agency_files:value_wrong"

    REGION_EXPECTED = "agency_files:region_expected"
    REGION_TWICE = "agency_files:region_twice"
    NETWORK_EXPECTED = "agency_files:network_expected"
    PLACE_EXPECTED = "agency_files:place_expected"
    TEMPLATE_TWICE = "agency_files:template_twice"
    STANDS_TWICE = "agency_files:stands_twice"
    POLICY_ENDS_TOO_EARLY = "agency_files:policy_ends_too_early"
    POLICY_TWICE = "agency_files:policy_twice"
    SOURCE_WITHOUT_FILE = "agency_files:source_without_file"
    KIND_WITHOUT_SOURCE = "agency_files:kind_without_source"
    KIND_UNKNOWN = "agency_files:kind_unknown"
    KIND_OF_ANOTHER = "agency_files:kind_of_another"
    LIFE_WITHOUT_CODES = "agency_files:life_without_codes"
    ROSTER_FIELDS_UNKNOWN = "agency_files:roster_fields_unknown"
    ROSTER_FIELDS_MISSING = "agency_files:roster_fields_missing"

    CASE_CODE_NOT_FILE = "agency_files:case_code_not_file"
    CASE_LETTERS_MISSING = "agency_files:case_letters_missing"
    CASE_KINDS_MISSING = "agency_files:case_kinds_missing"
    CASE_REASONS_MISSING = "agency_files:case_reasons_missing"
