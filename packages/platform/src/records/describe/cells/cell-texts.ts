/** Why cells can't be read, by code, in the languages of the product. */
export const CELL_TEXTS = {
  en: {
    notANumber: '"{cell}" isn\'t a number for "{field}".',
    notANumberByMark: '"{cell}" isn\'t a number for "{field}" (decimal mark: "{mark}").',
    percentForAmount: '"{cell}" is a percentage, but "{field}" is an amount.',
    amountForNumber:
      '"{cell}" is an amount, but "{field}" is a plain number. Remove "{sign}" or choose an amount field.',
    numberUnclear: '"{cell}" could mean {one} or {other}. Choose the decimal mark for this column.',
    notADateYMD: '"{cell}" isn\'t a date for "{field}" (read as year-month-day).',
    notADateDMY: '"{cell}" isn\'t a date for "{field}" (read as day-month-year).',
    notADateMDY: '"{cell}" isn\'t a date for "{field}" (read as month-day-year).',
    notYesOrNo: '"{cell}" isn\'t yes or no for "{field}".',
    notARecordId: '"{cell}" isn\'t the ID of a record.',
    spreadsheetError: '"{cell}" is a spreadsheet error. Correct the cell.',
    unusedCurrency: '"{cell}" isn\'t a currency in use.',
    fixedCurrency: '"{cell}" is in {currency}, but "{field}" is in {only}. Convert the amount.',
    twoCurrencies: '"{cell}" is in {currency}, but "{other}" is in {known}.',
  },
  de: {
    notANumber: '„{cell}“ ist keine Zahl für „{field}“.',
    notANumberByMark: '„{cell}“ ist keine Zahl für „{field}“ (Dezimalzeichen: „{mark}“).',
    percentForAmount: '„{cell}“ ist ein Prozentwert, „{field}“ aber ein Betrag.',
    amountForNumber:
      '„{cell}“ ist ein Betrag, „{field}“ aber eine einfache Zahl. Entfernen Sie „{sign}“ oder wählen Sie ein Feld für Beträge.',
    numberUnclear:
      '„{cell}“ kann {one} oder {other} bedeuten. Wählen Sie das Dezimalzeichen für diese Spalte.',
    notADateYMD: '„{cell}“ ist kein Datum für „{field}“ (gelesen als Jahr-Monat-Tag).',
    notADateDMY: '„{cell}“ ist kein Datum für „{field}“ (gelesen als Tag-Monat-Jahr).',
    notADateMDY: '„{cell}“ ist kein Datum für „{field}“ (gelesen als Monat-Tag-Jahr).',
    notYesOrNo: '„{cell}“ ist weder Ja noch Nein für „{field}“.',
    notARecordId: '„{cell}“ ist keine ID eines Datensatzes.',
    spreadsheetError: '„{cell}“ ist ein Fehler der Tabellenkalkulation. Korrigieren Sie die Zelle.',
    unusedCurrency: '„{cell}“ ist keine gültige Währung.',
    fixedCurrency: '„{cell}“ ist in {currency}, „{field}“ aber in {only}. Rechnen Sie den Betrag um.',
    twoCurrencies: '„{cell}“ ist in {currency}, „{other}“ aber in {known}.',
  },
} as const;
