import { CellError, shownText } from '@pellucid/platform/records';

/** What spreadsheet programs show for a failed formula, in the languages that have their own words for it. */
const FORMULA_ERRORS = new Set(
  `#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! #EXTERNAL! #PYTHON! #ERROR!
   #WERT! #BEZUG! #ZAHL! #NV #ÜBERLAUF! #KALK! #FELD! #BLOCKIERT! #VERBINDEN! #UNBEKANNT!
   #VALEUR! #NOM? #NOMBRE! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM! #¡DIV/0! #¡NULO! #VALORE! #RIF! #NOME? #N/D #WAARDE! #VERW! #NAAM? #GETAL! #N/B #VALOR! #NÚM!`.split(
    /\s+/,
  ),
);

/** Refuses what a failed formula shows, which is not a value of any field. @throws CellError */
export function refuseFormulaError(text: string): void {
  if (text.includes('#') && FORMULA_ERRORS.has(text.trim()))
    throw new CellError('spreadsheetError', { cell: shownText(text.trim()) });
}
