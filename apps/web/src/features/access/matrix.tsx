import { ActionIcon, NativeSelect, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAsterisk, IconChevronDown, IconFilter } from '@tabler/icons-react';
import { Fragment, type KeyboardEvent, lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import type { ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import classes from './matrix.module.css';
import {
  ACTIONS,
  cellOf,
  EVERY,
  FOLLOW,
  type RoleDraft,
  type Scope,
  SCOPES,
  withScope,
} from './model/role-draft';
import { ScopeCell } from './scope-cell';
import { useActionLabel } from './use-labels';

// Loads the filter builder, which most visits to a role don't need.
const PermissionPanel = lazy(() =>
  import('./permission-panel').then(({ PermissionPanel }) => ({ default: PermissionPanel })),
);

const COLUMNS = [...ACTIONS, EVERY];

interface MatrixProps {
  draft: RoleDraft;
  isReadOnly: boolean;
  onChange: (change: (draft: RoleDraft) => RoleDraft) => void;
}

/** A row: one object, or all objects. */
interface Row {
  key: string;
  label: string;
  object: ObjectDescription | undefined;
  verbs: string[];
}

interface RowGroup {
  key: string;
  rows: Row[];
}

function useRows(): RowGroup[] {
  const { t } = useTranslation('access');
  const objects = useObjects();
  return useMemo(() => {
    const rowOf = (object: ObjectDescription): Row => ({
      key: object.key,
      label: object.pluralLabel,
      object,
      verbs: (object.verbs ?? [])
        .map(({ key }) => key)
        .filter((verb) => !(ACTIONS as readonly string[]).includes(verb)),
    });
    return [
      { key: 'all', rows: [{ key: EVERY, label: t('matrix.everyObject'), object: undefined, verbs: [] }] },
      { key: 'work', rows: objects.filter(({ listed }) => listed).map(rowOf) },
      { key: 'setup', rows: objects.filter(({ listed }) => !listed).map(rowOf) },
    ];
  }, [objects, t]);
}

/** What the role may do with records: objects by actions, each with its scope. */
export function Matrix({ draft, isReadOnly, onChange }: MatrixProps) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const groups = useRows();
  const [details, setDetails] = useState<{ object: string; action: string } | undefined>();
  const setScope = useCallback(
    (object: string, action: string, scope: Scope | typeof FOLLOW) =>
      onChange((current) => withScope(current, object, action, scope)),
    [onChange],
  );
  const openDetails = useCallback((object: string, action: string) => setDetails({ object, action }), []);
  const shared = { draft, groups, isReadOnly, onScope: setScope, onDetails: openDetails };
  return (
    <>
      {isNarrow ? <Cards {...shared} /> : <Table {...shared} />}
      {details ? (
        <Suspense fallback={null}>
          <PermissionPanel
            draft={draft}
            objectKey={details.object}
            action={details.action}
            isReadOnly={isReadOnly}
            onChange={onChange}
            onClose={() => {
              setDetails(undefined);
              // Returns the focus to the cell that opened it.
              requestAnimationFrame(() =>
                document
                  .querySelector<HTMLElement>(`[data-cell="${details.object} ${details.action}"]`)
                  ?.focus(),
              );
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

interface ViewProps {
  draft: RoleDraft;
  groups: RowGroup[];
  isReadOnly: boolean;
  onScope: (object: string, action: string, scope: Scope | typeof FOLLOW) => void;
  onDetails: (object: string, action: string) => void;
}

function Legend() {
  const { t } = useTranslation('access');
  return (
    <div className={classes['legend']}>
      <dl>
        {SCOPES.map((scope) => (
          <div key={scope}>
            <dt className={classes['swatch']} data-scope={scope} aria-hidden />
            <dd>{t(`scopes.${scope}`)}</dd>
          </div>
        ))}
        <div title={t('matrix.legendInheritedHelp')}>
          <dt className={classes['swatch']} data-inherited aria-hidden />
          <dd>{t('matrix.legendInherited')}</dd>
        </div>
        <div>
          <dt className={classes['legendMark']} aria-hidden>
            <IconFilter size={12} />
          </dt>
          <dd>{t('matrix.legendRefined')}</dd>
        </div>
      </dl>
      <span className={classes['keys']}>{t('matrix.keys')}</span>
    </div>
  );
}

function Table({ draft, groups, isReadOnly, onScope, onDetails }: ViewProps) {
  const { t } = useTranslation('access');
  const label = useActionLabel();
  const table = useRef<HTMLTableElement>(null);
  const [open, setOpen] = useState<string[]>([]);
  const [stop, setStop] = useState(`${EVERY} ${COLUMNS[0]}`);
  const onFocus = useCallback((object: string, action: string) => setStop(`${object} ${action}`), []);

  /** Arrow keys move between cells in visual order. */
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
    if (!step || !from || !table.current) return;
    const rows = [...table.current.querySelectorAll('tr')]
      .map((row) => [...row.querySelectorAll<HTMLElement>('[data-cell]')])
      .filter((cells) => cells.length > 0);
    const y = rows.findIndex((cells) => cells.includes(from));
    const x = rows[y]?.indexOf(from) ?? 0;
    const target = step[1] ? rows[y + step[1]] : rows[y];
    const next = step[1] ? target?.[Math.min(x, target.length - 1)] : target?.[x + step[0]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  const cell = (row: Row, action: string) => (
    <ScopeCell
      cell={cellOf(draft, row.key, action)}
      label={`${row.label}, ${label(action, row.object)}`}
      object={row.key}
      action={action}
      isReadOnly={isReadOnly}
      isTabStop={stop === `${row.key} ${action}`}
      onScope={onScope}
      onDetails={onDetails}
      onFocus={onFocus}
    />
  );
  return (
    <>
      <Legend />
      <div className={classes['scroller']}>
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern: arrow keys go through its cells
          role="grid"
          className={classes['table']}
          aria-label={t('matrix.label')}
          onKeyDown={move}
        >
          <thead>
            <tr>
              <th scope="col" className={classes['columnHead']}>
                {t('matrix.object')}
              </th>
              {COLUMNS.map((action) => (
                <th
                  key={action}
                  scope="col"
                  className={`${classes['columnHead']} ${action === EVERY ? classes['every'] : ''}`}
                >
                  <Tooltip label={t(`actionHelp.${action === EVERY ? 'every' : action}`)} multiline w={240}>
                    <span>{label(action)}</span>
                  </Tooltip>
                </th>
              ))}
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.key}>
              {group.key === 'all' || group.rows.length === 0 ? null : (
                <tr className={classes['group']}>
                  <th scope="rowgroup" colSpan={COLUMNS.length + 1}>
                    {t(`matrix.groups.${group.key}`)}
                  </th>
                </tr>
              )}
              {group.rows.map((row) => {
                const Icon = row.object ? iconOf(row.object) : IconAsterisk;
                const isOpen = open.includes(row.key);
                return (
                  <Fragment key={row.key}>
                    <tr className={`${classes['row']} ${row.object ? '' : classes['everyRow']}`}>
                      <th scope="row" className={classes['rowHead']}>
                        <span className={classes['object']}>
                          <Icon size={16} aria-hidden className={classes['icon']} />
                          <span className={classes['objectName']}>{row.label}</span>
                          {row.verbs.length ? (
                            <UnstyledButton
                              className={classes['fold']}
                              aria-expanded={isOpen}
                              aria-label={t('matrix.verbsOf', { object: row.label, count: row.verbs.length })}
                              onClick={() =>
                                setOpen((keys) =>
                                  isOpen ? keys.filter((key) => key !== row.key) : [...keys, row.key],
                                )
                              }
                            >
                              {t('matrix.verbs', { count: row.verbs.length })}
                              <IconChevronDown size={12} aria-hidden className={classes['foldMark']} />
                            </UnstyledButton>
                          ) : null}
                        </span>
                      </th>
                      {COLUMNS.map((action) => (
                        <td key={action} className={action === EVERY ? classes['every'] : undefined}>
                          {cell(row, action)}
                        </td>
                      ))}
                    </tr>
                    {isOpen ? (
                      <tr className={classes['verbs']}>
                        <td colSpan={COLUMNS.length + 1}>
                          <dl className={classes['verbList']}>
                            {row.verbs.map((verb) => (
                              <div key={verb} className={classes['verb']}>
                                <dt>{label(verb, row.object)}</dt>
                                <dd>{cell(row, verb)}</dd>
                              </div>
                            ))}
                          </dl>
                        </td>
                      </tr>
                    ) : null}
                  </Fragment>
                );
              })}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

/** The same on a narrow screen: a card for each object with a select for each action. */
function Cards({ draft, groups, isReadOnly, onScope, onDetails }: ViewProps) {
  const { t } = useTranslation('access');
  const label = useActionLabel();
  const [open, setOpen] = useState<string | undefined>();
  return (
    <div className={classes['cards']}>
      <Text size="xs" c="dimmed">
        {t('matrix.cardsHint')}
      </Text>
      {groups
        .flatMap(({ rows }) => rows)
        .map((row) => {
          const Icon = row.object ? iconOf(row.object) : IconAsterisk;
          const isOpen = open === row.key;
          const actions = [EVERY, ...ACTIONS, ...row.verbs];
          const allowed = actions.filter((action) => cellOf(draft, row.key, action).scope !== 'none');
          const summary = cellOf(draft, row.key, EVERY).scope;
          return (
            <section key={row.key} className={classes['card']} aria-label={row.label}>
              <UnstyledButton
                className={classes['cardHead']}
                aria-expanded={isOpen}
                onClick={() => setOpen(isOpen ? undefined : row.key)}
              >
                <Icon size={18} aria-hidden className={classes['icon']} />
                <span className={classes['cardNames']}>
                  <span className={classes['cardName']}>{row.label}</span>
                  <span className={classes['cardSummary']}>
                    {summary !== 'none'
                      ? `${label(EVERY)}: ${t(`scopes.${summary}`)}`
                      : allowed.map((action) => label(action, row.object)).join(', ') || t('matrix.nothing')}
                  </span>
                </span>
                <IconChevronDown size={16} aria-hidden className={classes['chevron']} />
              </UnstyledButton>
              {isOpen ? (
                <ul className={classes['cardRows']}>
                  {actions.map((action) => {
                    const { own, inherited, isRefined, follows } = cellOf(draft, row.key, action);
                    const name = label(action, row.object);
                    return (
                      <li key={action} className={classes['cardRow']}>
                        <span>
                          {name}
                          {inherited !== 'none' && !follows ? (
                            <span className={classes['also']}>
                              {t('matrix.also', { scope: t(`scopes.${inherited}`) })}
                            </span>
                          ) : null}
                        </span>
                        <NativeSelect
                          size="sm"
                          aria-label={`${row.label}, ${name}`}
                          disabled={isReadOnly}
                          value={follows ? FOLLOW : own}
                          data={[
                            ...(follows === undefined ? [] : [{ value: FOLLOW, label: t('matrix.follow') }]),
                            ...SCOPES.map((scope) => ({ value: scope, label: t(`scopes.${scope}`) })),
                          ]}
                          onChange={(event) =>
                            onScope(row.key, action, event.currentTarget.value as Scope | typeof FOLLOW)
                          }
                        />
                        <ActionIcon
                          size={32}
                          variant={isRefined ? 'light' : 'subtle'}
                          color={isRefined ? 'lagoon' : 'gray'}
                          data-cell={`${row.key} ${action}`}
                          aria-label={t('matrix.conditionsOf', { what: `${row.label}, ${name}` })}
                          onClick={() => onDetails(row.key, action)}
                        >
                          <IconFilter size={15} />
                        </ActionIcon>
                      </li>
                    );
                  })}
                </ul>
              ) : null}
            </section>
          );
        })}
    </div>
  );
}
