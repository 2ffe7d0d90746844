import type { Catalogue } from './index.js';

/** Problem codes in German. {name} is replaced by the parameter of that name. */
export const de: Catalogue = {
  alreadyInvited: 'Diese Person ist bereits eingeladen. Senden Sie die Einladung stattdessen erneut.',
  alreadyDiscarded: 'Jemand hat diesen Job bereits verworfen.',
  notFailed: 'Jemand hat diesen Job bereits erneut ausgeführt.',
  alreadyMember: 'Diese E-Mail-Adresse gehört bereits einem Mitglied.',
  emailConfirmed: 'Ihre E-Mail-Adresse ist bereits bestätigt.',
  emailNotConfirmed: 'Bestätigen Sie zuerst Ihre E-Mail-Adresse. Öffnen Sie dazu den Link in unserer Mail.',
  linkOfAnother: 'Dieser Link ging an eine andere Person. Melden Sie sich ab und öffnen Sie ihn erneut.',
  viewAsForbidden: 'Nur die Administration kann Pellucid als Rolle ansehen.',
  viewAsReadsOnly:
    'In der Rollenansicht lässt sich nichts ändern. Beenden Sie die Ansicht, um etwas zu ändern.',
  keyRevoked: 'Dieser API-Schlüssel existiert nicht oder wurde widerrufen. Legen Sie einen neuen an.',
  builtInRole:
    'Diese eingebaute Rolle lässt sich nicht ändern oder löschen. Kopieren Sie sie und ändern Sie die Kopie.',
  fieldNotInClear:
    'Ihre Rollen maskieren oder verbergen dieses Feld. Sie können es nicht zum Sortieren, Filtern, Gruppieren oder Auswerten und nicht in Bedingungen verwenden.',
  keyExpired: 'Dieser API-Schlüssel ist abgelaufen. Erneuern Sie ihn oder legen Sie einen neuen an.',
  keyAddress: 'Dieser API-Schlüssel darf von dieser Adresse aus nicht verwendet werden.',
  invalidKey: 'Unbekannter API-Schlüssel. Prüfen Sie, ob Sie ihn ganz kopiert haben.',
  nameTaken: 'Dieser Name ist schon vergeben. Wählen Sie einen anderen.',
  notYoursToShare: 'Sie können nur Datensätze teilen, die Ihre eigenen Rollen Sie ändern lassen.',
  notBuiltIn: 'Ihr Unternehmen hat diese Rolle angelegt. Sie hat deshalb keinen Standard.',
  objectNeeded: 'Nennen Sie das Objekt statt „*“.',
  presetNotCreate: 'Vorgaben gelten für neue Datensätze. Verwenden Sie sie nur mit der Aktion „create“.',
  roleExceedsOwn: 'Sie haben dieses Recht selbst nicht und können es keiner Rolle hinzufügen.',
  roleInUse:
    'Personen oder API-Schlüssel haben diese Rolle. Wählen Sie die Rolle, die sie stattdessen erhalten.',
  sameRole: 'Das ist die Rolle, die Sie löschen. Wählen Sie eine andere.',
  twoCredentials: 'Die Anfrage enthält zwei verschiedene Anmeldungen. Senden Sie nur eine.',
  needsPerson: 'Dafür ist der Zugang einer Person nötig. Melden Sie sich an.',
  pastExpiry: 'Das Ablaufdatum liegt in der Vergangenheit.',
  invalidAddress: 'Das ist keine IP-Adresse und kein CIDR-Block.',
  cannotErase: 'Diese Pflichtfelder lassen sich nicht leeren. Löschen Sie stattdessen den Datensatz.',
  emptyPeriod: 'Das Ende muss nach dem Anfang liegen.',
  notThereThen: 'Den Datensatz gab es noch nicht, oder diese Version existiert nicht.',
  objectMissing: 'Wählen Sie das Objekt, zu dem das Feld gehört.',
  malformedRequest: 'Das ist keine gültige HTTP-Anfrage.',
  memberStatus: 'Der Status der Person lässt das nicht zu.',
  badRequest: 'Die Anfrage ist nicht lesbar.',
  custom: 'Dieser Wert ist nicht erlaubt.',
  emailTaken: 'Diese E-Mail-Adresse ist schon vergeben.',
  fieldEncrypted:
    'Dieses Feld ist verschlüsselt gespeichert. Es lässt sich zählen, aber nicht gruppieren oder auswerten.',
  fieldGivenTwice: 'Dieses Feld steht zweimal in der Anfrage. Geben Sie es einmal an.',
  fieldMissing: 'Nennen Sie das Feld, das ausgewertet werden soll.',
  fieldNotWritable: 'Ihre Rollen erlauben nicht, dieses Feld zu ändern.',
  givenTwice: 'Derselbe Datensatz steht zweimal in einer Anfrage.',
  idempotencyKeyInUse: 'Dieselbe Anfrage läuft noch. Warten Sie auf ihre Antwort.',
  internal: 'Etwas ist schiefgegangen. Geben Sie bei einer Meldung die Korrelations-ID an.',
  invalidCredentials:
    'E-Mail oder Passwort ist falsch. Prüfen Sie beides oder setzen Sie Ihr Passwort zurück.',
  invalidCursor: 'Diese Seitenmarke gehört zu einer anderen Liste. Beginnen Sie wieder bei der ersten Seite.',
  invalidFilter: 'Der Filter ist nicht lesbar.',
  invalidIdempotencyKey: 'Idempotency-Key muss aus 1 bis 200 druckbaren ASCII-Zeichen bestehen.',
  invalidIfMatch: 'If-Match muss das ETag einer Antwort sein.',
  invalidPath: 'Ein Teil der Adresse ist ungültig.',
  invalidQuery: 'Ein Parameter der Adresse ist ungültig.',
  invalidSort: 'Nach diesem Feld lässt sich nicht sortieren.',
  invalidText: 'Der Text enthält ein Zeichen, das sich nicht speichern lässt.',
  invalidToken: 'Sie sind nicht mehr angemeldet. Melden Sie sich erneut an.',
  invalid_format: 'Dieser Wert hat das falsche Format.',
  invalid_type: 'Dieser Wert fehlt oder hat den falschen Typ.',
  invalid_value: 'Dieser Wert gehört nicht zu den erlaubten.',
  massWorkRunning: 'Ein Import oder eine Massenänderung läuft noch. Warten Sie, bis sie fertig sind.',
  recalculationRunning:
    'Die Beträge werden nach der letzten Umstellung noch umgerechnet. Versuchen Sie es danach erneut.',
  amountsWithheld:
    'Ihre Rollen zeigen Ihnen nicht alle Beträge, die umgerechnet würden. Wenden Sie sich an jemanden in der Administration, der sie sieht.',
  baseCurrencyChanged:
    'Die Basiswährung wurde gerade umgestellt. Prüfen Sie die Kurse und geben Sie sie erneut ein.',
  possibleDuplicates:
    'Diese Datensätze könnten derselbe Lead sein. Wählen Sie vorhandene oder legen Sie neue an.',
  lastAdmin:
    'Die letzte Person mit Administrationsrechten kann sie nicht verlieren. Geben Sie sie zuerst jemand anderem.',
  linkNotValid:
    'Dieser Link wurde schon verwendet, ist abgelaufen oder wurde ersetzt. Fordern Sie einen neuen an.',
  malformedJson: 'Der Inhalt ist kein gültiges JSON.',
  methodNotAllowed: 'Diese Methode ist hier nicht erlaubt.',
  noCompany: 'Sie sind in keiner Firma aktives Mitglied.',
  noPeriods: 'Nur Daten und Zeitpunkte lassen sich nach Zeiträumen gruppieren.',
  notAMember: 'Sie sind in dieser Firma kein aktives Mitglied mehr.',
  notFilterable:
    'Nach diesem Feld lässt sich nicht filtern. Deshalb lässt es sich auch nicht gruppieren oder auswerten.',
  notFound: 'Nicht gefunden. Vielleicht wurde es gelöscht.',
  notMeasurable: 'Diese Auswertung gibt es für Felder dieser Art nicht.',
  notInvited: 'Für dieses Mitglied gibt es keine offene Einladung.',
  originRefused: 'Die Anfrage kam von einer anderen Website.',
  ownMembership: 'Sie können sich nicht selbst löschen. Wenden Sie sich an Ihre Administration.',
  passwordIsOwnName:
    'Dieses Passwort ähnelt zu sehr Ihrem Namen, Ihrer E-Mail oder Ihrer Firma. Wählen Sie ein anderes.',
  passwordTooCommon: 'Dieses Passwort ist zu verbreitet und leicht zu erraten. Wählen Sie ein anderes.',
  passwordTooLong: 'Verwenden Sie höchstens {max} Zeichen.',
  passwordTooShort: 'Verwenden Sie mindestens {min} Zeichen.',
  permissionMissing: 'Ihre Rollen erlauben das nicht. Wenden Sie sich an Ihre Administration.',
  readOnlyField: 'Dieses Feld setzt Pellucid.',
  queryTooSlow:
    'Diese Suche dauert zu lange. Grenzen Sie sie mit einem Filter ein oder suchen Sie nach längeren Wörtern.',
  roleNotGrantable:
    'Diese Rolle hat Rechte, die Sie nicht haben. Sie können sie weder zuweisen noch entfernen.',
  secondFactorRequired: 'Ihre Firma verlangt einen zweiten Faktor. Richten Sie einen ein, um fortzufahren.',
  invalidSecondFactor:
    'Der Code ist falsch oder wurde schon verwendet. Warten Sie auf den nächsten oder nutzen Sie eine andere Methode.',
  secondFactorEnded:
    'Dieser Schritt hat zu lange gedauert oder zu viele Versuche gebraucht. Melden Sie sich erneut mit E-Mail und Passwort an.',
  proofRequired: 'Bestätigen Sie Ihr Passwort oder Ihren zweiten Faktor.',
  enrolmentEnded: 'Diese Einrichtung ist abgelaufen oder schon abgeschlossen. Beginnen Sie von vorn.',
  tooManyFactors:
    'Sie haben die Höchstzahl an zweiten Faktoren erreicht. Entfernen Sie einen, den Sie nicht nutzen.',
  passkeyTaken:
    'Dieser Passkey wird schon verwendet. Wählen Sie ein anderes Gerät oder einen anderen Sicherheitsschlüssel.',
  lastSecondFactor:
    'Ihre Firma verlangt einen zweiten Faktor. Fügen Sie einen weiteren hinzu, bevor Sie diesen entfernen.',
  noSecondFactor: 'Es ist kein zweiter Faktor eingerichtet.',
  sharedWithSelf: 'Sie haben schon Zugriff auf diesen Datensatz. Wählen Sie jemand anderen.',
  personLeft: 'Diese Person ist deaktiviert. Wählen Sie jemand anderen.',
  primaryForbidden:
    'Ein anderer Kontakt ist Hauptkontakt dieses Accounts, und Ihre Rollen erlauben nicht, das zu ändern.',
  sharedLogIn:
    'Diese Person nutzt denselben Zugang auch außerhalb Ihrer Firma. Nur sie selbst kann ihn ändern.',
  ownFactors:
    'Ihre eigenen zweiten Faktoren können Sie hier nicht zurücksetzen. Ändern Sie sie in Ihrem Konto.',
  sessionEnded: 'Diese Sitzung ist beendet. Melden Sie sich erneut an.',
  severalCurrencies:
    'Diese Beträge sind in mehreren Währungen. Sie lassen sich nicht gruppieren oder auswerten.',
  storageUnavailable: 'Der Dateispeicher ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',
  subdomainTaken: 'Diese Subdomain ist vergeben. Wählen Sie eine andere.',
  tenantSuspended:
    'Diese Firma ist gesperrt. Wenden Sie sich an Ihre Administration oder den Betreiber dieser Installation.',
  timeout: 'Die Anfrage hat zu lange gedauert.',
  tooLarge: 'Die Datei oder Anfrage ist zu groß.',
  tooLongForIndex: 'Dieser Text ist zu lang für ein Feld mit Index. Kürzen Sie ihn.',
  tooMany: 'Das sind zu viele Einträge.',
  tooManyAttempts: 'Zu viele Versuche. Warten Sie ein paar Minuten und versuchen Sie es erneut.',
  tooManyRequests: 'Zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es erneut.',
  upgradeRequired: 'Öffnen Sie hier einen WebSocket, mit einem Client von Socket.IO.',
  notANumber: 'Geben Sie eine Zahl mit Dezimalpunkt und ohne Tausendertrennzeichen ein.',
  inexactNumber: 'Diese Zahl hat zu viele Stellen für eine JSON-Zahl. Senden Sie sie als Text.',
  belowMinimum: 'Geben Sie mindestens {min} ein.',
  aboveMaximum: 'Geben Sie höchstens {max} ein.',
  outOfRange: 'Diese Zahl ist zu groß zum Speichern. Geben Sie eine kleinere ein.',
  tooPrecise: 'Geben Sie höchstens {max} Nachkommastellen ein.',
  too_big: 'Dieser Wert ist zu groß oder zu lang.',
  too_small: 'Dieser Wert ist zu klein oder zu kurz.',
  unavailable: 'Die Datenbank ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',
  unknownAction: 'Diese Aktion gibt es nicht.',
  unknownField: 'Dieses Feld gibt es nicht.',
  unknownGrantee: 'Keine aktive Person und kein Team hat diese ID.',
  unknownIndex: 'Die Anfrage hat kein Gruppenfeld und keine Auswertung mit dieser Nummer. Die erste ist 0.',
  unknownObject: 'Dieses Objekt gibt es nicht.',
  unknownParameter: 'Diesen Parameter gibt es nicht.',
  unknownRight: 'Dieses Recht auf die Firma gibt es nicht.',
  unknownRole: 'Diese Rolle gibt es nicht.',
  unknownTenant: 'Diese Firma gibt es nicht mehr.',
  unsupportedMediaType: 'Senden Sie den Inhalt als application/json.',
  untilHasPassed:
    'Die Freigabe würde enden, bevor sie beginnt. Wählen Sie einen späteren Zeitpunkt oder keinen.',
  validationFailed: 'Einige Felder sind ungültig.',
  versionConflict: 'Jemand anderes hat das geändert. Prüfen Sie die Änderungen und versuchen Sie es erneut.',
  changedMeanwhile:
    'Jemand anderes hat gerade etwas angelegt, geändert oder gelöscht, wovon dies abhängt. Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  reservedKey: 'Nichts kann „__proto__“ oder „prototype“ heißen. Wählen Sie einen anderen Namen.',
  writeConflict: 'Jemand anderes hat gerade dieselben Datensätze geändert. Versuchen Sie es erneut.',
  wrongPassword: 'Falsches Passwort.',
  wrongType: 'Dieser Wert hat den falschen Typ.',
};
