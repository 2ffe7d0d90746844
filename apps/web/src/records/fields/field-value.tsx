import { Initials } from '@pellucid/ui';
import { fieldValueOf } from './field-place';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { i18n } from '@/lib/i18n/i18n';
import { useFormats } from '@/lib/format/formats';
import { type FieldVisibility, isUnnamed, visibilityOf } from '../access/field-visibility';
import { HiddenChip, MaskedValue, NotVisible } from '../access/withheld-marks';
import { knownObject } from '../api/describe-objects';
import {
  type FieldDescription,
  isReference,
  type RecordData,
  type RecordReference,
} from '../object-description';
import classes from './field-value.module.css';
import { RecordLink } from './record-link';

interface FieldValueProps {
  field: FieldDescription;
  value: unknown;
  /** The record, which tells the currency of a money field and what is withheld. */
  record?: Record<string, unknown>;
  /** Whether the value is withheld, if there is no record to tell. */
  visibility?: FieldVisibility;
  /** Plain text instead of links, inside an element that is itself a link. */
  isPlain?: boolean;
  /** Nothing around the value names the field, so a mark without a value must. */
  isAlone?: boolean;
}

/** The hues that people expect for these words. */
const EXPECTED: Record<string, number> = {
  won: 150,
  qualified: 150,
  active: 150,
  converted: 150,
  commit: 170,
  closed: 150,
  lost: 0,
  disqualified: 0,
  inactive: 0,
  hot: 8,
  warm: 34,
  cold: 212,
  new: 205,
  invited: 40,
  working: 40,
};

/** Makes options easy to tell apart. Colour never carries meaning alone. */
function hueOf(text: string): number {
  const expected = EXPECTED[text.toLowerCase()];
  if (expected !== undefined) return expected;
  let hash = 0;
  for (const char of text) hash = (hash * 33 + (char.codePointAt(0) ?? 0)) >>> 0;
  return [192, 258, 28, 150, 330, 218, 48, 285][hash % 8] ?? 192;
}

/** An option's label with a dot whose hue depends on its value. */
export function OptionPill({ label, value }: { label: string; value: string }) {
  return (
    <span className={classes['pill']}>
      <span className={classes['dot']} style={{ background: `hsl(${hueOf(value)} 55% 48%)` }} aria-hidden />
      {label}
    </span>
  );
}

function ReferenceValue({
  field,
  value,
  isPlain,
}: {
  field: FieldDescription;
  value: RecordReference;
  isPlain?: boolean;
}) {
  const target = knownObject(field.references);
  const { name } = value;
  if (isUnnamed(value)) return <NotVisible />;
  if (field.references === 'stage') return <OptionPill label={name} value={name} />;
  const mark =
    field.references === 'member' || field.references === 'account' ? (
      <Initials name={name} size={18} isRound={field.references === 'member'} />
    ) : null;
  const content = (
    <>
      {mark}
      <span className="pl-truncate">{name}</span>
    </>
  );
  if (isPlain || !target) return <span className={classes['reference']}>{content}</span>;
  return (
    <RecordLink to={`${target.path}/${value.id}`} className={classes['reference']}>
      {content}
    </RecordLink>
  );
}

/** A mailto link. Characters such as & and ? are legal in an address but have another meaning in a link. */
const mailHref = (address: string) => `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`;

function ExternalLink({ href, text, isPlain }: { href: string; text: string; isPlain?: boolean }) {
  if (isPlain) return <span className="pl-truncate">{text}</span>;
  const isWeb = href.startsWith('http');
  return (
    <a
      href={href}
      className={`pl-truncate ${classes['external']}`}
      {...(isWeb && { target: '_blank', rel: 'noreferrer noopener' })}
      onClick={(event) => event.stopPropagation()}
    >
      {text}
    </a>
  );
}

/** Only http(s) links become links. A stored "javascript:" text stays text. */
function webHref(text: string): string | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  return URL.canParse(candidate) && /^https?:$/.test(new URL(candidate).protocol) ? candidate : undefined;
}

const TEXTS = new Set(['text', 'longText', 'email', 'phone', 'url']);

/** Whether a value is known to be empty. For a masked value that isn't text, null says nothing. */
function isKnownEmpty(field: FieldDescription, value: unknown, visibility: FieldVisibility): boolean {
  return isBlank(value) && (visibility === 'clear' || TEXTS.has(field.type));
}

/** Whether a field of a record has something to show: a value, or the mark of a withheld one. */
export function hasSomethingToShow(record: RecordData, field: FieldDescription): boolean {
  const visibility = visibilityOf(record, field.key);
  return visibility === 'hidden' || !isKnownEmpty(field, fieldValueOf(record, field), visibility);
}

function isBlank(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** A field's value formatted by its type, or the mark of a withheld one. Renders an em dash for an empty value. */
export function FieldValue({ visibility, isAlone, ...props }: FieldValueProps) {
  const { field, value, record } = props;
  const seen = visibility ?? visibilityOf(record, field.key);
  if (seen === 'hidden') return <HiddenChip />;
  // References to invisible records have their own mark.
  const isReferring = isReference(value) || (Array.isArray(value) && value.some(isReference));
  if (seen === 'clear' || isReferring || isKnownEmpty(field, value, seen)) return <ClearValue {...props} />;
  if (isBlank(value)) return <MaskedValue label={isAlone ? field.label : undefined} />;
  return (
    <MaskedValue>
      <span className="pl-truncate">{String(value)}</span>
    </MaskedValue>
  );
}

/**
 * A single element without a subscription, because a table draws hundreds of them. After a change of language, objects
 * and rows are fetched again anyway.
 */
function EmptyValue() {
  return (
    <span role="img" aria-label={i18n.t('records:value.empty')} className={classes['empty']}>
      —
    </span>
  );
}

function BooleanValue({ isTrue }: { isTrue: boolean }) {
  const { t } = useTranslation('records');
  return isTrue ? (
    <IconCheck size={16} aria-label={t('value.yes')} role="img" />
  ) : (
    <IconMinus size={16} aria-label={t('value.no')} role="img" />
  );
}

function ClearValue({ field, value, record, isPlain }: Omit<FieldValueProps, 'visibility' | 'isAlone'>) {
  const formats = useFormats();
  if (isBlank(value)) return <EmptyValue />;
  const optionLabel = (key: string) => field.options?.find((option) => option.value === key)?.label ?? key;
  switch (field.type) {
    case 'money': {
      const currencyKey = field.currencyField ?? field.keptIn;
      const currency = currencyKey ? record?.[currencyKey] : undefined;
      return <span className="pl-num">{formats.money(String(value), currency as string | undefined)}</span>;
    }
    case 'number':
      return (
        <span className="pl-num">
          {/year/i.test(field.key) ? String(value) : formats.number(value as number | string)}
        </span>
      );
    case 'boolean':
      return <BooleanValue isTrue={Boolean(value)} />;
    case 'date':
      return <span className="pl-num">{formats.date(String(value))}</span>;
    case 'datetime':
      return (
        <time className="pl-num pl-truncate" dateTime={String(value)} title={formats.dateTime(String(value))}>
          {formats.ago(String(value))}
        </time>
      );
    case 'select':
      return <OptionPill label={optionLabel(String(value))} value={String(value)} />;
    case 'multiSelect':
      return (
        <span className={classes['pills']}>
          {(value as unknown[]).map((item) =>
            isReference(item) && isUnnamed(item) ? (
              <NotVisible key={item.id} />
            ) : isReference(item) ? (
              <OptionPill key={item.id} label={item.name} value={item.name} />
            ) : (
              <OptionPill key={String(item)} label={optionLabel(String(item))} value={String(item)} />
            ),
          )}
        </span>
      );
    case 'reference':
      return isReference(value) ? (
        <ReferenceValue field={field} value={value} isPlain={isPlain} />
      ) : (
        <span>{String(value)}</span>
      );
    case 'email':
      return <ExternalLink href={mailHref(String(value))} text={String(value)} isPlain={isPlain} />;
    case 'phone':
      return (
        <ExternalLink
          href={`tel:${String(value).replace(/[^\d+]/g, '')}`}
          text={String(value)}
          isPlain={isPlain}
        />
      );
    case 'url': {
      const href = webHref(String(value));
      const text = String(value).replace(/^https?:\/\//, '');
      return href ? <ExternalLink href={href} text={text} isPlain={isPlain} /> : <span>{String(value)}</span>;
    }
    case 'longText':
      return <span className={isPlain ? 'pl-truncate' : classes['longText']}>{String(value)}</span>;
    default:
      return (
        <span className="pl-truncate">
          {typeof value === 'object' ? JSON.stringify(value) : String(value)}
        </span>
      );
  }
}
