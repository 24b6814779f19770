"""Why keys cannot be read or made (密钥文件): the codes of their refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a file of keys."""

    FIELD_KEY_MISSING = "keys:field_key_missing"
    FILE_DAMAGED = "keys:file_damaged"
    FILE_MISSING = "keys:file_missing"
    FILE_FORBIDDEN = "keys:file_forbidden"
    FILE_OPEN_TO_OTHERS = "keys:file_open_to_others"
    HOME_NOT_WRITABLE = "keys:home_not_writable"
    VAULT_KEY_MISSING = "keys:vault_key_missing"
    VAULT_FILE_DAMAGED = "keys:vault_file_damaged"
