import { ActionIcon, Badge, NativeSelect, Select, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconInfoCircle, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MaskedField, PiiClass, ProtectedField, Rule, Strategy } from './api/field-security';
import classes from './masking-page.module.css';
import { hasOwnRule, nameOf, type RuleDraft, ruleOf } from './rule-draft';

const CLASSES: PiiClass[] = ['public', 'internal', 'personal', 'sensitive', 'secret'];

interface MaskedFieldRowProps {
  object: string;
  field: MaskedField;
  draft: RuleDraft;
  /** Why the API refused the change. */
  problem: string | undefined;
  /** How many stored values already follow the rule. */
  protection: ProtectedField[];
  onChange: (rule: Rule | null) => void;
}

/** One field: its class, its masking with an example, and a button that resets it to the default. */
export function MaskedFieldRow({ object, field, draft, problem, protection, onChange }: MaskedFieldRowProps) {
  const { t } = useTranslation('field-security');
  const rule = ruleOf(object, field, draft);
  const isChanged = nameOf(object, field.field) in draft;
  const isOwn = hasOwnRule(object, field, draft);
  const pii = rule.pii ?? field.describedPii;
  const wantsEncryption = isChanged && rule.strategy === 'encrypt' && field.rule?.strategy !== 'encrypt';
  return (
    <li className={classes['row']} data-changed={isChanged || undefined}>
      <span className={classes['what']}>
        <span className={classes['name']}>
          {field.label}
          {protection.map((each) => (
            <ProtectionBadge key={each.kind} protection={each} />
          ))}
        </span>
        <span className={classes['sub']}>{t(`gives.${levelOf(pii)}`)}</span>
      </span>
      <NativeSelect
        size="xs"
        aria-label={t('classOf', { field: field.label })}
        value={pii}
        data={CLASSES.map((value) => ({ value, label: t(`classes.${value}`) }))}
        styles={{ input: { fontWeight: pii === 'sensitive' || pii === 'secret' ? 600 : undefined } }}
        onChange={(event) => {
          const next = event.currentTarget.value as PiiClass;
          onChange({ ...rule, pii: next === field.describedPii ? null : next });
        }}
      />
      <StrategySelect
        field={field}
        value={rule.strategy}
        onChange={(strategy) => onChange({ ...rule, strategy })}
      />
      <Example field={field} strategy={rule.strategy} isChanged={isChanged} />
      {isOwn ? (
        <Tooltip label={t('reset')}>
          <ActionIcon
            size={28}
            variant="subtle"
            color="gray"
            aria-label={t('resetOf', { field: field.label })}
            onClick={() => onChange(null)}
          >
            <IconArrowBackUp size={15} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <span className={classes['reset']} />
      )}
      {wantsEncryption ? (
        <span className={classes['note']}>
          <IconInfoCircle size={13} aria-hidden />
          {t('encryptNote')}
        </span>
      ) : null}
      {problem ? (
        <span className={classes['note']} data-bad role="alert">
          <IconAlertTriangle size={13} aria-hidden />
          {problem}
        </span>
      ) : null}
    </li>
  );
}

/** The level of a field, by its class, in a role that sets none. */
function levelOf(pii: PiiClass): 'edit' | 'mask' | 'hidden' {
  return pii === 'secret' ? 'hidden' : pii === 'sensitive' ? 'mask' : 'edit';
}

const ALL: Strategy[] = ['partial', 'redact', 'hash', 'tokenize', 'encrypt'];

/** Offers only strategies that fit the field. Shows the reason for one that users may expect but doesn't fit. */
function StrategySelect({
  field,
  value,
  onChange,
}: {
  field: MaskedField;
  value: Strategy;
  onChange: (strategy: Strategy) => void;
}) {
  const { t } = useTranslation('field-security');
  const offered = ALL.filter(
    (strategy) => field.strategies.includes(strategy) || (strategy === 'encrypt' && field.encryptRefused),
  );
  return (
    <Select
      size="xs"
      aria-label={t('strategyOf', { field: field.label })}
      allowDeselect={false}
      maxDropdownHeight={360}
      comboboxProps={{ width: 290, position: 'bottom-end', withinPortal: false }}
      data={offered.map((strategy) => ({
        value: strategy,
        label: t(`strategies.${strategy}`),
        disabled: !field.strategies.includes(strategy),
      }))}
      value={value}
      onChange={(next) => next && onChange(next as Strategy)}
      renderOption={({ option }) => (
        <span className={classes['option']}>
          {option.label}
          <span className={classes['optionHelp']}>
            {option.disabled
              ? t('encryptRefused', { reason: field.encryptRefused })
              : t(`strategyHelp.${option.value}`)}
          </span>
        </span>
      )}
    />
  );
}

/** An invented value, masked. For an unsaved strategy, the preview of real rows shows the effect. */
function Example({
  field,
  strategy,
  isChanged,
}: {
  field: MaskedField;
  strategy: Strategy;
  isChanged: boolean;
}) {
  const { t } = useTranslation('field-security');
  if (!field.example || strategy !== field.strategy)
    return (
      <span className={classes['example']}>
        {field.example ? (isChanged ? t('seePreview') : '') : t('withheldWhole')}
      </span>
    );
  return (
    <Tooltip label={t('exampleOf', { value: field.example.value })} openDelay={200}>
      <span className={classes['example']}>{field.example.masked}</span>
    </Tooltip>
  );
}

function ProtectionBadge({ protection }: { protection: ProtectedField }) {
  const { t } = useTranslation('field-security');
  const { state, done, error, missingKeyIds } = protection;
  if (missingKeyIds.length)
    return (
      <Badge size="xs" color="red" variant="light">
        {t('protection.keyMissing', { keys: missingKeyIds.join(', ') })}
      </Badge>
    );
  if (error)
    return (
      <Tooltip label={error}>
        <Badge size="xs" color="red" variant="light">
          {t('protection.failed')}
        </Badge>
      </Tooltip>
    );
  const isUnderWay = protection.finishedAt === null;
  return (
    <Badge
      size="xs"
      variant="light"
      color={isUnderWay ? 'orange' : 'lagoon'}
      leftSection={state === 'encrypted' && !isUnderWay ? <IconLock size={10} aria-hidden /> : undefined}
    >
      {isUnderWay ? t(`protection.${state}`, { count: done }) : t(`protection.is.${state}`)}
    </Badge>
  );
}
