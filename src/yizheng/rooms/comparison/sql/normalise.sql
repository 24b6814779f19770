-- How delivered text becomes values, a million rows at a time: macros of DuckDB. people.rules says the same in Python,
-- and a property test holds the two together. Where the common form is seen, the slow way round is not taken.
-- Words with a dollar are character lists of people.data, put in when the macros are installed.

CREATE OR REPLACE MACRO half(t) AS CASE WHEN regexp_matches(t, '[！-～]') THEN translate(t, $FULL, $HALF) ELSE t END;
CREATE OR REPLACE MACRO no_blanks(t) AS translate(t, $BLANKS || $INVISIBLE, '');
CREATE OR REPLACE MACRO plain_blanks(t) AS translate(t, $BLANKS || $INVISIBLE, $SPACES);
CREATE OR REPLACE MACRO trimmed(t) AS
  CASE WHEN regexp_full_match(t, '[!-~一-龥、]*') THEN t ELSE trim(plain_blanks(half(t)), ' ') END;

-- A day's text: an instant with an offset is China's civil day of it, whatever wrote it. Other text is only trimmed.
CREATE OR REPLACE MACRO is_instant(t) AS length(t) > 16 AND regexp_full_match(t,
  '[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-9]{2}(?:\.[0-9]{1,9})?)?'
  || '(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])');
CREATE OR REPLACE MACRO offset_minutes(o) AS CASE WHEN o = '' THEN 0 ELSE
  CAST(left(o, 1) || '1' AS INTEGER) * (CAST(o[2:3] AS INTEGER) * 60 + CAST(right(o, 2) AS INTEGER)) END;
CREATE OR REPLACE MACRO day_in_china(d, t) AS strftime(d + CAST(floor((480 + CASE WHEN regexp_full_match(left(t, 4), $SUMMERS) THEN 60 ELSE 0 END
  + CAST(t[12:13] AS INTEGER) * 60 + CAST(t[15:16] AS INTEGER)
  - offset_minutes(regexp_extract(t, '[+-][0-9]{2}:?[0-9]{2}$'))) / 1440) AS INTEGER), '%Y-%m-%d');
CREATE OR REPLACE MACRO day_text(t) AS CASE WHEN is_instant(t)
  THEN coalesce(CASE WHEN left(t, 4) BETWEEN '1900' AND '2199'
    THEN day_in_china(TRY_CAST(replace(left(t, 10), '/', '-') AS DATE), t) END, '') ELSE t END;
CREATE OR REPLACE MACRO nearly_midnight(t) AS length(t) > 6
  AND regexp_full_match(t, '[1-9][0-9]{4}\.[0-9]+') AND rpad(t[7:11], 5, '0') >= $NEARLY;

-- Days of the years 1900 to 2199. The argument is trimmed text, or yyyymmdd as an integer.
CREATE OR REPLACE MACRO written_day(t) AS TRY_CAST(translate(
  regexp_extract(t, '^([0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2})', 1), '/.年月', '----') AS DATE);
CREATE OR REPLACE MACRO day_of(t) AS CASE WHEN t = '' THEN NULL
  WHEN regexp_full_match(t, '(?:19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}') THEN TRY_CAST(t AS DATE)
  WHEN regexp_full_match(t, '(?:19|2[01])[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}') THEN TRY_CAST(replace(t, '/', '-') AS DATE)
  WHEN regexp_full_match(t, '(?:19|2[01])[0-9]{6}(?:[0-9]{6})?')
    THEN TRY_CAST(left(t, 4) || '-' || t[5:6] || '-' || t[7:8] AS DATE)
  WHEN regexp_full_match(t, '[1-9][0-9]{4}(?:\.[0-9]+)?') THEN DATE '1899-12-30' + CAST(left(t, 5) AS INTEGER)
    + CASE WHEN nearly_midnight(t) THEN 1 ELSE 0 END
  WHEN regexp_full_match(t, '(?:19|2[01])[0-9]{2}(?:-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2}'
    || '|\.[0-9]{1,2}\.[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)(?:[ T][0-9:.]*)?') THEN written_day(t) END;
CREATE OR REPLACE MACRO day_of_number(ymd) AS
  CASE WHEN ymd BETWEEN 19000101 AND 21991231 THEN TRY_CAST(CAST(ymd // 10000 AS VARCHAR) || '-'
    || lpad(CAST(ymd // 100 % 100 AS VARCHAR), 2, '0') || '-' || lpad(CAST(ymd % 100 AS VARCHAR), 2, '0') AS DATE) END;
CREATE OR REPLACE MACRO is_day(ymd) AS
  ymd BETWEEN 19000101 AND 21991231 AND ymd // 100 % 100 BETWEEN 1 AND 12
  AND CASE WHEN ymd % 100 BETWEEN 1 AND 28 THEN true ELSE day_of_number(ymd) IS NOT NULL END;

-- Months since year 0, from trimmed text: a written month, or any day in it. Each part stands once: a macro copies its
-- argument wherever it is used, and DuckDB takes as long to understand a copy as the thing itself.
CREATE OR REPLACE MACRO month_of(t) AS CASE WHEN t = '' THEN NULL
  WHEN regexp_full_match(t, '(?:19|2[01])[0-9]{2}-(?:0[1-9]|1[0-2])')
    THEN CAST(left(t, 4) AS INTEGER) * 12 + CAST(right(t, 2) AS INTEGER) - 1
  WHEN regexp_full_match(t,
    '(?:19|2[01])[0-9]{2}(?:[-/.](?:0?[1-9]|1[0-2])|年(?:0?[1-9]|1[0-2])月|(?:0[1-9]|1[0-2]))')
    THEN CAST(left(t, 4) AS INTEGER) * 12 + CAST(regexp_extract(t[5:], '([0-9]+)', 1) AS INTEGER) - 1
  ELSE CAST(date_diff('month', DATE '0000-01-01', day_of(t)) AS INTEGER) END;

-- Whole fen from an amount in yuan. Commas part thousands and nothing else.
CREATE OR REPLACE MACRO grouped_amount(t) AS
  CASE WHEN regexp_full_match(t, '[¥￥]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?元?') THEN translate(t, ',¥￥元', '')
    ELSE '?' END;
CREATE OR REPLACE MACRO plain_amount(t) AS
  CASE WHEN regexp_full_match(t, '[0-9.]*') THEN t ELSE grouped_amount(no_blanks(half(t))) END;
CREATE OR REPLACE MACRO fen_of(a) AS
  CASE WHEN regexp_full_match(a, '[0-9]{1,12}(?:\.[0-9]{1,2}0*)?')
       THEN CAST(split_part(a, '.', 1) AS BIGINT) * 100 + CAST(rpad(left(split_part(a, '.', 2), 2), 2, '0') AS BIGINT) END;

-- Identity numbers (GB 11643): text, its first 17 digits as an integer, and whether they stand.
-- The digits' weighted sum, up to a multiple of 11. Digit k from the right weighs 2^(k+1) modulo 11, and is
-- n // 10^k - 10 * (n // 10^(k+1)); so each quotient stands once, times -16 * 2^(k-1) modulo 11. No sum overflows.
CREATE OR REPLACE MACRO weighted(n) AS
  2 * n + 6 * (n // 10) + n // 100 + 2 * (n // 1000) + 4 * (n // 10000) + 8 * (n // 100000)
  + 5 * (n // 1000000) + 10 * (n // 10000000) + 9 * (n // 100000000) + 7 * (n // 1000000000)
  + 3 * (n // 10000000000) + 6 * (n // 100000000000) + n // 1000000000000 + 2 * (n // 10000000000000)
  + 4 * (n // 100000000000000) + 8 * (n // 1000000000000000) + 5 * (n // 10000000000000000);
CREATE OR REPLACE MACRO check_digit(n) AS substr('10X98765432', weighted(n) % 11 + 1, 1);
CREATE OR REPLACE MACRO one_cross(t) AS
  CASE WHEN t <> '' AND contains($CROSSES, right(t, 1)) THEN left(t, -1) || 'X' ELSE t END;
CREATE OR REPLACE MACRO plain_number(t) AS
  CASE WHEN regexp_full_match(t, '(?:[0-9]{17}[0-9X])?') THEN t ELSE one_cross(ltrim(no_blanks(half(t)), '''')) END;
CREATE OR REPLACE MACRO first_17(p) AS
  CASE WHEN regexp_full_match(p, '[0-9]{17}[0-9X]') THEN CAST(left(p, 17) AS BIGINT)
       WHEN regexp_full_match(p, '[0-9]{15}') THEN CAST(left(p, 6) || '19' || right(p, 9) AS BIGINT) END;
CREATE OR REPLACE MACRO birth_number(n) AS n // 1000 % 100000000;
CREATE OR REPLACE MACRO birth_of(n) AS day_of_number(birth_number(n));
CREATE OR REPLACE MACRO id17_of(p, n, born) AS
  CASE WHEN (length(p) = 15 OR right(p, 1) = check_digit(n)) AND is_day(born)
    AND born NOT IN (%FILLER_BIRTHS) AND n // 100000000000 NOT IN (%FILLER_REGIONS) THEN n END;
CREATE OR REPLACE MACRO number_of(n) AS lpad(CAST(n AS VARCHAR), 17, '0') || check_digit(n);
CREATE OR REPLACE MACRO sex_of(n) AS CAST(2 - n % 2 AS SMALLINT);

-- Names: the written form, and the key that two names are compared by.
CREATE OR REPLACE MACRO settled_name(p) AS
  CASE WHEN regexp_full_match(p, '[ -~]*') THEN trim(regexp_replace(p, ' +', ' ', 'g'), ' ')
       ELSE translate(p, $DOTS || ' ', $MIDDLE_DOTS) END;
CREATE OR REPLACE MACRO settled_glyphs(t) AS
  CASE WHEN regexp_matches(t, '[\x{2F00}-\x{2FD5}\x{E815}-\x{E864}]') THEN translate(t, $VARIANTS, $SETTLED) ELSE t END;
CREATE OR REPLACE MACRO normalise_name(t) AS
  CASE WHEN regexp_full_match(t, '[一-龥·]+') THEN t ELSE settled_name(plain_blanks(half(settled_glyphs(nfc_normalize(t))))) END;
CREATE OR REPLACE MACRO name_key_of(normalised) AS
  CASE WHEN regexp_full_match(normalised, '[一-龥·]+') THEN normalised
       ELSE translate(normalised, 'abcdefghijklmnopqrstuvwxyz ', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') END;

-- Telephone numbers in China.
CREATE OR REPLACE MACRO plain_phone(t) AS
  CASE WHEN regexp_full_match(t, '(?:1[3-9][0-9]{9})?') THEN t
       ELSE regexp_replace(translate(no_blanks(half(t)), '-()', ''), '^(?:\+|00)86', '') END;
CREATE OR REPLACE MACRO phone_of(p) AS
  CASE WHEN regexp_full_match(p, '1[3-9][0-9]{9}|0[0-9]{9,11}|[0-9]{7,8}') THEN p END;
