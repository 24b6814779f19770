"""Why a supplier is not used."""

from yizheng.kernel.errors import Code


class Why(Code):
    """Codes of what is wrong with an agency's suppliers, in `suppliers.yaml` or where they work."""

    PORT_UNKNOWN = "suppliers:port_unknown"
    SUPPLIER_UNKNOWN = "suppliers:supplier_unknown"
    SUPPLIER_NOT_LOADED = "suppliers:supplier_not_loaded"
    SUPPLIER_OF_ANOTHER_KIND = "suppliers:supplier_of_another_kind"
    SUPPLIER_CANNOT_WORK = "suppliers:supplier_cannot_work"
    SIMULATED_OUTSIDE_A_DEMO = "suppliers:simulated_outside_a_demo"
    FOLDER_NOT_WRITABLE = "suppliers:folder_not_writable"
    PLACE_NOT_INSIDE = "suppliers:place_not_inside"
    KEY_FILE_NOT_READ = "suppliers:key_file_not_read"
    KEY_FILE_NO_KEY = "suppliers:key_file_no_key"
