import { CELL_TEXTS } from '@pellucid/platform/records';

/**
 * Why rows fail, by code. In braces stand parameters: texts and numbers of the file, and keys of objects, fields and lines, which are
 * shown by their labels (see `reason-message.ts`). If a reason has a column, its name is put in front.
 */
export const REASON_TEXTS = {
  en: {
    ...CELL_TEXTS.en,
    // Rows
    quoteNotClosed:
      'A quotation mark in this line is opened and not closed. Close it, or double it where it is part of the text.',
    otherEncoding:
      'This row has a different encoding from the rest of the file ({encoding}). Check its accented letters, then import the row again.',
    otherEncodingOfLine:
      'Line {line} has a different encoding from the rest of the file ({encoding}). Check its accented letters.',
    notARecord: "Line {line} isn't a record in JSON: {fault}.",
    otherEncodingUtf8:
      'This row is in another encoding (UTF-8) than the rest of the file ({encoding}). Check its accented letters, then import the row again.',
    unknownCharacters:
      "This row has characters that don't exist in {encoding}: the file is probably in another encoding. Choose it and import the file again.",
    beyondLastColumn:
      "This row has text in column {letters}, beyond the last column of the sheet's first rows. Clear the cell or add a header to the column.",
    tooManyCells:
      'This row has {cells} cells, but the header has {columns}. Put text that contains the delimiter in quotation marks.',
    nulCharacter: "The cell contains a NUL character, which can't be stored. Remove it.",
    contradictsRow:
      '"{cell}" contradicts "{other}" in row {row}, which is about the same {object}. Make them equal, or leave this one empty.',
    tooManyLines:
      'This file has {count} rows for the {object} that begins in row {row}, but "{lines}" can have at most {max}. Remove some, or match records by another field.',
    linesWithoutRecord:
      'This row has values for "{lines}", but none for the {object} that they belong to, and no row above has any. Fill in its columns.',
    otherRowFailed:
      'Row {rows} of the same {object} failed, so none of its rows was imported. Correct that row.',
    // Records
    keyEmpty: '{fields} is empty. Records are matched by it, so it needs a value.',
    keyAmbiguous:
      '{count} {objects} have this {fields} (ids {ids}). Merge them or match records by a unique field.',
    idUnknown: 'There is no {object} with this ID. Correct it, or match records by another field.',
    nothingToUpdate: 'There is no {object} with this {fields}, so there is nothing to update.',
    alreadyThere: 'There is already a record with this {fields}.',
    alreadyInFile: 'There is already a record with this {fields}: row {row} of this file made it.',
    duplicateOf:
      'This may be a duplicate of a record that is already there (ids {ids}). Leave the row out, or choose to import possible duplicates.',
    duplicateInFile:
      'This may be a duplicate of another row of this file. Leave the row out, or choose to import possible duplicates.',
    duplicatesBlocked:
      'A rule of your company blocks duplicates, and {count} records match. Leave the row out, or ask someone who may override the rule.',
    notInPreview: "The preview didn't contain this row. Preview the file again.",
    createdSincePreview:
      'Since the preview, a record with this {fields} was created. Preview the file again.',
    changedSincePreview: 'The record was changed since the preview. Preview the file again.',
    goneSincePreview:
      'Since the preview, the record with this {fields} was deleted or changed. Preview the file again.',
    referenceChangedSincePreview:
      'Since the preview, "{cell}" leads to another {object}, to several or to none. Preview the file again.',
    // References
    referenceMissing:
      'There is no {object} "{cell}". Create it first, correct the value, or choose what to do with unknown values.',
    referenceAmbiguous:
      '"{cell}" is the {by} of {count} {objects}. Merge them or refer to one by external ID.',
    referenceAmbiguousIds:
      '"{cell}" is the {by} of {count} {objects} (ids {ids}). Merge them or refer to one by external ID.',
    referenceNotCreated: 'The {object} "{cell}" could not be created:',
    savedWithoutReference: 'The record was saved without this reference.',
    wouldLackReference: 'The record would be saved without this reference.',
    // Amounts
    currencyContradicts: '"{cell}" is in {currency}, but "{field}" is {known}. Correct one of them.',
    currencyDiffers:
      '"{cell}" is in {currency}, but "{field}" is {known}. Convert the amount, or import the currency from a column of its own.',
    currencyUnclear:
      '"{cell}" could be in {currencies}. Write the currency\'s code instead of the sign, or import it from a column of its own.',
    currencyNotWritable:
      '"{cell}" is in {currency}, but your roles don\'t let you set "{field}". Convert the amount to the record\'s currency and write it without one.',
    // Lines
    linesWithheld:
      'Your roles mask or hide "{field}" of this {object}, so its "{lines}" can\'t be matched by it.',
    linesAmbiguous:
      '{count} of the record\'s "{lines}" have this "{field}". Map the column with line IDs, or match by another field.',
    // Refusals of the write itself that many rows meet
    notSaved: "The row couldn't be saved.",
    required: '"{field}" needs a value.',
    notUnique: 'Another record already has this value of "{field}". Use another value.',
    fieldNotWritable: 'Your roles don\'t let you change "{field}".',
    notAnOption: 'The value isn\'t an option of "{field}". Choose one of its options.',
    optionRetired: 'The value is no longer an option of "{field}". Choose another one.',
    invalidEmail: '"{field}" must be an e-mail address like name@example.com.',
    tooLong: 'The text is too long for "{field}".',
    tooPrecise: '"{field}" has too many decimal places.',
    outOfRange: 'The number is out of range for "{field}".',
    // Imports and moves that ended early
    fileGone: 'The uploaded file is no longer available. Upload it again.',
    keyGone: 'The key of this import is gone. Upload the file again.',
    previewGone: 'The preview of this import has expired. Preview the file again.',
    basisChangedSincePreview:
      "The company's settings or fields changed since the preview. Preview the file again.",
    importNotAllowed: "Your roles don't let you import these records.",
    rowsFarApart:
      'The rows of many records are far apart in this file. Sort it by the fields that records are matched by, and import it again.',
    stoppedRepeatedly:
      'The server stopped each time it worked on this. What was imported so far was kept. Tell your administrator.',
    failedUnexpectedly:
      'Something went wrong. What was imported so far was kept. Include this correlation ID when you report it: {correlationId}.',
    /** What has no code of its own, such as refused tables and rows that failed before reasons had codes. */
    told: '{text}',
  },
  de: {
    ...CELL_TEXTS.de,
    quoteNotClosed:
      'In dieser Zeile beginnt ein Anführungszeichen und endet nicht. Schließen Sie es, oder verdoppeln Sie es, wo es zum Text gehört.',
    otherEncoding:
      'Diese Zeile hat eine andere Zeichenkodierung als der Rest der Datei ({encoding}). Prüfen Sie ihre Umlaute und importieren Sie die Zeile noch einmal.',
    otherEncodingOfLine:
      'Zeile {line} hat eine andere Zeichenkodierung als der Rest der Datei ({encoding}). Prüfen Sie ihre Umlaute.',
    notARecord: 'Zeile {line} ist kein Datensatz in JSON: {fault}.',
    otherEncodingUtf8:
      'Diese Zeile ist in UTF-8, der Rest der Datei in {encoding}. Prüfen Sie ihre Umlaute und importieren Sie die Zeile noch einmal.',
    unknownCharacters:
      'Diese Zeile enthält Zeichen, die es in {encoding} nicht gibt: Die Datei hat wohl eine andere Zeichenkodierung. Wählen Sie diese und importieren Sie die Datei noch einmal.',
    beyondLastColumn:
      'Diese Zeile hat Text in Spalte {letters}, hinter der letzten Spalte der ersten Zeilen. Leeren Sie die Zelle oder geben Sie der Spalte eine Überschrift.',
    tooManyCells:
      'Diese Zeile hat {cells} Zellen, die Kopfzeile aber {columns}. Setzen Sie Text, der das Trennzeichen enthält, in Anführungszeichen.',
    nulCharacter: 'Die Zelle enthält ein NUL-Zeichen, das nicht gespeichert werden kann. Entfernen Sie es.',
    contradictsRow:
      '„{cell}“ widerspricht „{other}“ in Zeile {row}, die zum selben Datensatz gehört ({object}). Gleichen Sie beide an, oder lassen Sie diese Zelle leer.',
    tooManyLines:
      'Diese Datei hat {count} Zeilen für den Datensatz ({object}), der in Zeile {row} beginnt, „{lines}“ kann aber höchstens {max} haben. Entfernen Sie einige, oder finden Sie Datensätze über ein anderes Feld.',
    linesWithoutRecord:
      'Diese Zeile hat Werte für „{lines}“, aber keine für den Datensatz, zu dem sie gehören ({object}), und auch keine Zeile darüber. Füllen Sie dessen Spalten aus.',
    otherRowFailed:
      'Zeile {rows} desselben Datensatzes ({object}) ist fehlgeschlagen, deshalb wurde keine seiner Zeilen importiert. Korrigieren Sie diese Zeile.',
    keyEmpty: '{fields} ist leer. Datensätze werden darüber gefunden, deshalb ist ein Wert nötig.',
    keyAmbiguous:
      '{count} {objects} haben denselben Wert in {fields} (IDs {ids}). Führen Sie sie zusammen, oder finden Sie Datensätze über ein eindeutiges Feld.',
    idUnknown:
      'Zu dieser ID gibt es keinen Datensatz ({object}). Korrigieren Sie sie, oder finden Sie Datensätze über ein anderes Feld.',
    nothingToUpdate:
      'Es gibt keinen Datensatz ({object}) mit diesem Wert in {fields}, also nichts zu aktualisieren.',
    alreadyThere: 'Es gibt schon einen Datensatz mit diesem Wert in {fields}.',
    alreadyInFile:
      'Es gibt schon einen Datensatz mit diesem Wert in {fields}: Zeile {row} dieser Datei hat ihn angelegt.',
    duplicateOf:
      'Vielleicht eine Dublette eines vorhandenen Datensatzes (IDs {ids}). Lassen Sie die Zeile weg, oder lassen Sie mögliche Dubletten importieren.',
    duplicateInFile:
      'Vielleicht eine Dublette einer anderen Zeile dieser Datei. Lassen Sie die Zeile weg, oder lassen Sie mögliche Dubletten importieren.',
    duplicatesBlocked:
      'Eine Regel Ihres Unternehmens sperrt Dubletten, und {count} Datensätze stimmen überein. Lassen Sie die Zeile weg, oder fragen Sie jemanden, der die Regel übergehen darf.',
    notInPreview: 'Die Vorschau enthielt diese Zeile nicht. Rufen Sie die Vorschau noch einmal auf.',
    createdSincePreview:
      'Seit der Vorschau wurde ein Datensatz mit diesem Wert in {fields} angelegt. Rufen Sie die Vorschau noch einmal auf.',
    changedSincePreview:
      'Der Datensatz wurde seit der Vorschau geändert. Rufen Sie die Vorschau noch einmal auf.',
    goneSincePreview:
      'Seit der Vorschau wurde der Datensatz mit diesem Wert in {fields} gelöscht oder geändert. Rufen Sie die Vorschau noch einmal auf.',
    referenceChangedSincePreview:
      '„{cell}“ führt seit der Vorschau zu einem anderen Datensatz, zu mehreren oder zu keinem ({object}). Rufen Sie die Vorschau noch einmal auf.',
    referenceMissing:
      '„{cell}“ gibt es nicht ({object}). Legen Sie den Datensatz zuerst an, korrigieren Sie den Wert, oder wählen Sie, was mit unbekannten Werten geschieht.',
    referenceAmbiguous:
      '„{cell}“ passt über {by} zu {count} {objects}. Führen Sie sie zusammen, oder verweisen Sie über die externe ID.',
    referenceAmbiguousIds:
      '„{cell}“ passt über {by} zu {count} {objects} (IDs {ids}). Führen Sie sie zusammen, oder verweisen Sie über die externe ID.',
    referenceNotCreated: '„{cell}“ konnte nicht angelegt werden ({object}):',
    savedWithoutReference: 'Der Datensatz wurde ohne diesen Verweis gespeichert.',
    wouldLackReference: 'Der Datensatz würde ohne diesen Verweis gespeichert.',
    currencyContradicts:
      '„{cell}“ ist in {currency}, „{field}“ aber {known}. Korrigieren Sie eines von beiden.',
    currencyDiffers:
      '„{cell}“ ist in {currency}, „{field}“ aber {known}. Rechnen Sie den Betrag um, oder importieren Sie die Währung aus einer eigenen Spalte.',
    currencyUnclear:
      '„{cell}“ kann in {currencies} sein. Schreiben Sie den Code der Währung statt des Zeichens, oder importieren Sie sie aus einer eigenen Spalte.',
    currencyNotWritable:
      '„{cell}“ ist in {currency}, Ihre Rollen lassen Sie „{field}“ aber nicht setzen. Rechnen Sie den Betrag in die Währung des Datensatzes um und schreiben Sie ihn ohne Währung.',
    linesWithheld:
      'Ihre Rollen verbergen „{field}“ dieses Datensatzes ({object}), deshalb können seine „{lines}“ nicht darüber gefunden werden.',
    linesAmbiguous:
      '{count} „{lines}“ des Datensatzes haben denselben Wert in „{field}“. Ordnen Sie die Spalte mit den IDs zu, oder wählen Sie ein anderes Feld.',
    notSaved: 'Die Zeile konnte nicht gespeichert werden.',
    required: '„{field}“ braucht einen Wert.',
    notUnique: 'Ein anderer Datensatz hat diesen Wert in „{field}“ schon. Nehmen Sie einen anderen.',
    fieldNotWritable: 'Ihre Rollen lassen Sie „{field}“ nicht ändern.',
    notAnOption: 'Der Wert ist keine Option von „{field}“. Wählen Sie eine der Optionen.',
    optionRetired: 'Der Wert ist keine Option von „{field}“ mehr. Wählen Sie eine andere.',
    invalidEmail: '„{field}“ muss eine E-Mail-Adresse wie name@example.com sein.',
    tooLong: 'Der Text ist zu lang für „{field}“.',
    tooPrecise: '„{field}“ hat zu viele Nachkommastellen.',
    outOfRange: 'Die Zahl liegt außerhalb des Bereichs von „{field}“.',
    fileGone: 'Die hochgeladene Datei ist nicht mehr verfügbar. Laden Sie sie noch einmal hoch.',
    keyGone: 'Der Schlüssel dieses Imports ist gelöscht. Laden Sie die Datei noch einmal hoch.',
    previewGone: 'Die Vorschau dieses Imports ist abgelaufen. Rufen Sie die Vorschau noch einmal auf.',
    basisChangedSincePreview:
      'Einstellungen oder Felder des Unternehmens haben sich seit der Vorschau geändert. Rufen Sie die Vorschau noch einmal auf.',
    importNotAllowed: 'Ihre Rollen erlauben nicht, diese Datensätze zu importieren.',
    rowsFarApart:
      'Die Zeilen vieler Datensätze liegen in dieser Datei weit auseinander. Sortieren Sie sie nach den Feldern, über die Datensätze gefunden werden, und importieren Sie sie noch einmal.',
    stoppedRepeatedly:
      'Der Server wurde bei jedem Versuch unterbrochen. Was bis dahin importiert war, ist erhalten. Sagen Sie Ihrem Administrator Bescheid.',
    failedUnexpectedly:
      'Etwas ist schiefgegangen. Was bis dahin importiert war, ist erhalten. Nennen Sie diese Korrelations-ID, wenn Sie es melden: {correlationId}.',
    told: '{text}',
  },
} as const;

/** A code of a reason that this module gives. */
export type ReasonCode = keyof typeof REASON_TEXTS.en;
