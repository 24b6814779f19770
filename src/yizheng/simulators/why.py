"""Why a made world says no: the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a world that is asked for, with a world's file, or with what a product's driver answered."""

    PEOPLE_WRONG = "simulators:people_wrong"
    MONTHS_WRONG = "simulators:months_wrong"
    SEED_WRONG = "simulators:seed_wrong"
    CITY_SIZE_WRONG = "simulators:city_size_wrong"
    NO_COUNTY = "simulators:no_county"
    FOLDER_NOT_NEW = "simulators:folder_not_new"
    WORLD_NOT_WRITTEN = "simulators:world_not_written"

    WORLD_MISSING = "simulators:world_missing"
    RESULTS_COLUMN_MISSING = "simulators:results_column_missing"
    RESULTS_NOT_READ = "simulators:results_not_read"

    WORLD_FILE_MISSING = "simulators:world_file_missing"
    WORLD_FILE_NO_YAML = "simulators:world_file_no_yaml"
    WORLD_FILE_WRONG = "simulators:world_file_wrong"
    WORLD_FILE_OF_OTHER_FORMAT = "simulators:world_file_of_other_format"
    WORLD_FILE_SOURCES_UNKNOWN = "simulators:world_file_sources_unknown"
    WORLD_FILE_SPAN_TURNED = "simulators:world_file_span_turned"

    DRIVER_SILENT = "simulators:driver_silent"
    DRIVER_SAID_OTHER = "simulators:driver_said_other"
    DRIVER_FAILED = "simulators:driver_failed"
    DRIVER_COLUMNS_MISSING = "simulators:driver_columns_missing"
    DRIVER_NO_TABLE = "simulators:driver_no_table"
    DRIVER_ROWS_MISSING = "simulators:driver_rows_missing"
    DRIVER_OTHER_PERSON = "simulators:driver_other_person"
    DRIVER_OTHER_WORD = "simulators:driver_other_word"
    DRIVER_NO_DAY = "simulators:driver_no_day"
    DRIVER_NO_FEN = "simulators:driver_no_fen"

    PICTURES_NOT_INSTALLED = "simulators:pictures_not_installed"
    PICTURE_NO_PNG = "simulators:picture_no_png"
