import { Button, Group, Select, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { FIELD_TYPES } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from '../field-dialog';
import classes from '../fields.module.css';
import { formulaCheckQuery, type FormulaMistake, mended, mistakeIn } from './formula-check';
import { formulaNames, FUNCTIONS, type FunctionName } from './formula-names';
import { FormulaPreview } from './formula-preview';
import { ResultType } from './result-type';

const CHECK_AFTER_MS = 400;
const LONGEST = 4_000;

/** A formula with what can be inserted, what is wrong with it, its type, and its values for some records. */
export function FormulaEditor(props: FieldPartProps) {
  const { object, draft, isNew, set, problemOf } = props;
  const { t } = useTranslation('fields');
  const names = formulaNames(object, useObjects(), `custom.${draft.name}`);
  const input = useRef<HTMLTextAreaElement>(null);
  /** What is selected in the text area once the formula is drawn. */
  const [selection, setSelection] = useState<[number, number] | undefined>();
  useEffect(() => {
    if (!selection) return;
    input.current?.focus();
    input.current?.setSelectionRange(...selection);
  }, [selection]);
  const { formula } = draft;
  const [checked] = useDebouncedValue(formula, CHECK_AFTER_MS);
  const scale = /^[0-8]$/.test(draft.scale) ? Number(draft.scale) : undefined;
  const check = useQuery(formulaCheckQuery(object.key, checked, scale));
  // What was said of an earlier text would be at the wrong place.
  const isCurrent = checked === formula && formula.trim() !== '' && !check.isPlaceholderData;
  const mistake = isCurrent ? mistakeIn(check.error, formula) : undefined;
  const result = isCurrent && !check.isError ? check.data : undefined;
  const { type } = draft;
  useEffect(() => {
    // The type of an existing field stays.
    if (!isNew || !result) return;
    const isSuited = FIELD_TYPES[type].family === FIELD_TYPES[result.type].family;
    if (!isSuited) set({ type: result.type, valueType: undefined, isSearchable: false });
  }, [isNew, result, type, set]);
  const insert = (before: string, after = '') => {
    const { selectionStart: from, selectionEnd: to } = input.current!;
    const chosen = formula.slice(from, to);
    set({ formula: formula.slice(0, from) + before + chosen + after + formula.slice(to) });
    const at = from + before.length;
    setSelection([at, at + chosen.length]);
  };
  const known = new Set(names.flatMap(({ items }) => items.map(({ value }) => value)));
  const better = mistake && mended(formula, mistake, (name) => known.has(name));
  return (
    <>
      <Textarea
        ref={input}
        label={t('formula.label')}
        description={t('formula.help')}
        withAsterisk
        autosize
        minRows={3}
        maxRows={12}
        maxLength={LONGEST}
        spellCheck={false}
        autoCapitalize="off"
        placeholder="annualRevenue * 0.1"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={formula}
        error={mistake ? mistake.message : formula.trim() === '' || result ? problemOf('formula') : undefined}
        onChange={(event) => set({ formula: event.currentTarget.value })}
      />
      {mistake ? (
        <MistakePlace formula={formula} mistake={mistake}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setSelection([mistake.start, mistake.end])}
          >
            {t('formula.show')}
          </Button>
          {better === undefined ? null : (
            <Button size="compact-xs" variant="light" onClick={() => set({ formula: better })}>
              {t('formula.mend', { name: mistake.suggestion })}
            </Button>
          )}
        </MistakePlace>
      ) : null}
      {isCurrent && check.isError && !mistake ? (
        <Text size="xs" c="var(--pl-bad)" role="alert">
          {problemText(check.error)}
        </Text>
      ) : null}
      <div className={parts['pair']}>
        <Inserter
          label={t('formula.insertField')}
          data={names.map(({ group, items }) => ({ group, items: [...items] }))}
          textOf={(value) => value}
          onChoose={(value) => insert(value)}
        />
        <Inserter
          label={t('formula.insertFunction')}
          data={Object.entries(FUNCTIONS).map(([name, usage]) => ({ value: name, label: usage }))}
          textOf={(name) => t(`formula.functions.${name}`)}
          onChoose={(name) =>
            FUNCTIONS[name as FunctionName].startsWith('.')
              ? insert(`.${name}(`, ')')
              : insert(`${name}(`, ')')
          }
        />
      </div>
      {result ? <ResultType {...props} result={result} /> : null}
      {result ? <FormulaPreview draft={draft} result={result} /> : null}
    </>
  );
}

/** The mistake within the formula, with what can be done about it. */
function MistakePlace({
  formula,
  mistake: { start, end },
  children,
}: {
  formula: string;
  mistake: FormulaMistake;
  children: ReactNode;
}) {
  const { t } = useTranslation('fields');
  const lines = formula.slice(0, start).split('\n');
  return (
    <section className={classes['condition']} aria-label={t('formula.mistake')}>
      <span className={parts['sub']}>
        {t('formula.place', { line: lines.length, column: lines.at(-1)!.length + 1 })}{' '}
        <code>
          {formula.slice(Math.max(0, start - 30), start)}
          <mark>{formula.slice(start, end) || ' '}</mark>
          {formula.slice(end, end + 30)}
        </code>
      </span>
      <Group gap="xs">{children}</Group>
    </section>
  );
}

interface Choice {
  value: string;
  label: string;
}

/** A list to insert something from. Nothing stays chosen. */
function Inserter({
  label,
  data,
  textOf,
  onChoose,
}: {
  label: string;
  data: Choice[] | { group: string; items: Choice[] }[];
  /** The second line of a choice. */
  textOf: (value: string) => string;
  onChoose: (value: string) => void;
}) {
  const { t } = useTranslation('fields');
  const [count, setCount] = useState(0);
  return (
    <Select
      // Begins anew after each choice.
      key={count}
      size="xs"
      label={label}
      placeholder={t('formula.search')}
      searchable
      nothingFoundMessage={t('formula.nothing')}
      data={data}
      value={null}
      maxDropdownHeight={260}
      renderOption={({ option }) => (
        <span className={parts['what']}>
          <span className={parts['name']}>{option.label}</span>
          <span className={parts['sub']}>{textOf(option.value)}</span>
        </span>
      )}
      onChange={(value) => {
        if (value === null) return;
        setCount(count + 1);
        onChoose(value);
      }}
    />
  );
}
