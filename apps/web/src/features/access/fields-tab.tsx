import {
  ActionIcon,
  Badge,
  NavLink,
  NativeSelect,
  SegmentedControl,
  Switch,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useSearch, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchInput } from '@/lib/forms/search-input';
import { useObjects } from '@/records/api/describe-objects';
import type { FieldDescription, ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import classes from './fields-tab.module.css';
import {
  cellOf,
  EVERY,
  type Level,
  LEVELS,
  levelOfClass,
  type RoleDraft,
  standOf,
  withLevel,
} from './model/role-draft';

/** A field with its class. The API sends it, but lists and forms don't need it. */
type ClassedField = FieldDescription & { pii?: string };

const COLORS: Record<string, string> = { personal: 'lagoon', sensitive: 'orange', secret: 'red' };

interface FieldsTabProps {
  draft: RoleDraft;
  isReadOnly: boolean;
  onChange: (change: (draft: RoleDraft) => RoleDraft) => void;
}

/** The object's fields, its lines as a whole, and the fields of lines, which are labelled with the lines'. */
const fieldsOf = (object: ObjectDescription): ClassedField[] => [
  ...object.fields.filter((field) => !field.isAdded && !('isSystem' in field && field.isSystem)),
  ...(object.lines ?? []).flatMap((lines) => [
    { key: lines.key, label: lines.label, type: 'text' as const, required: false, readOnly: false },
    ...lines.fields.map((field) => ({ ...field, label: `${lines.label}: ${field.label}` })),
  ]),
];

/** The role's level for each field: edit, view, masked, hidden. */
export function FieldsTab({ draft, isReadOnly, onChange }: FieldsTabProps) {
  const { t } = useTranslation('access');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { object?: string };
  const objects = useObjects();
  const object = objects.find(({ key }) => key === search.object) ?? objects[0];
  const [text, setText] = useState('');
  const [isOnlyOwn, setOnlyOwn] = useState(false);
  if (!object) return null;
  const choose = (key: string) =>
    void navigate({
      to: '.',
      search: (old: object) => ({ ...old, object: key }),
      replace: true,
    } as never);
  const countOf = ({ key }: ObjectDescription) => draft.fields.filter((f) => f.object === key).length;
  const wanted = text.trim().toLowerCase();
  const shown = fieldsOf(object)
    .filter(({ label, key }) => `${label} ${key}`.toLowerCase().includes(wanted))
    .filter(({ key, pii }) => {
      const stand = standOf(draft, object.key, key, pii);
      return !isOnlyOwn || stand.source === 'field' || stand.level !== levelOfClass(pii);
    });
  const set = (field: string, level: Level | undefined) =>
    onChange((current) => withLevel(current, object.key, field, level));
  const isUnseen = cellOf(draft, object.key, 'read').scope === 'none';
  return (
    <div className={classes['body']}>
      <nav className={classes['objects']} aria-label={t('fields.objects')}>
        {objects.map((each) => {
          const Icon = iconOf(each);
          const count = countOf(each);
          return (
            <NavLink
              key={each.key}
              component="button"
              type="button"
              active={each.key === object.key}
              aria-current={each.key === object.key ? 'true' : undefined}
              label={each.pluralLabel}
              leftSection={<Icon size={15} aria-hidden />}
              rightSection={
                count ? (
                  <Badge size="xs" variant="default">
                    {count}
                  </Badge>
                ) : null
              }
              onClick={() => choose(each.key)}
            />
          );
        })}
      </nav>
      <NativeSelect
        className={classes['objectSelect']}
        aria-label={t('fields.objects')}
        value={object.key}
        data={objects.map((each) => ({ value: each.key, label: each.pluralLabel }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <section className={classes['fields']} aria-label={t('fields.of', { objects: object.pluralLabel })}>
        <div className={classes['toolbar']}>
          <SearchInput
            className={classes['search']}
            label={t('fields.search')}
            text={text}
            onType={setText}
            onClear={() => setText('')}
          />
          <Switch
            size="xs"
            label={t('fields.onlyDifferent')}
            checked={isOnlyOwn}
            onChange={(event) => setOnlyOwn(event.currentTarget.checked)}
          />
        </div>
        {isUnseen ? (
          <p className={classes['note']}>
            <IconAlertTriangle size={14} aria-hidden /> {t('fields.unseen', { objects: object.pluralLabel })}
          </p>
        ) : null}
        <ul className={classes['rows']}>
          {wanted || isOnlyOwn ? null : (
            <li className={classes['row']} data-all>
              <span className={classes['what']}>
                <span className={classes['name']}>{t('fields.all')}</span>
                <span className={classes['sub']}>{t('fields.allHelp')}</span>
              </span>
              <LevelChoice
                label={t('fields.all')}
                level={draft.fields.find((f) => f.object === object.key && f.field === EVERY)?.access}
                isOwn
                isReadOnly={isReadOnly}
                onChange={(level) => set(EVERY, level)}
              />
            </li>
          )}
          {shown.map((field) => {
            const { level, source } = standOf(draft, object.key, field.key, field.pii);
            return (
              <li key={field.key} className={classes['row']}>
                <span className={classes['what']}>
                  <span className={classes['name']}>
                    {field.label}
                    {field.pii && field.pii !== 'internal' && field.pii !== 'public' ? (
                      <Badge size="xs" variant="light" color={COLORS[field.pii] ?? 'gray'}>
                        {t(`classes.${field.pii}`)}
                      </Badge>
                    ) : null}
                  </span>
                  <span className={classes['sub']}>{t(`fields.sources.${source}`)}</span>
                </span>
                <LevelChoice
                  label={field.label}
                  level={level}
                  isOwn={source === 'field'}
                  isReadOnly={isReadOnly}
                  onChange={(next) => set(field.key, next)}
                />
              </li>
            );
          })}
        </ul>
        {shown.length === 0 ? (
          <Text size="sm" c="dimmed" mt="sm">
            {t(isOnlyOwn && !wanted ? 'fields.noneDifferent' : 'fields.none')}
          </Text>
        ) : null}
      </section>
    </div>
  );
}

interface LevelChoiceProps {
  label: string;
  /** Undefined if no level is set. */
  level: Level | undefined;
  /** Set for this field, so that it can be reset. */
  isOwn: boolean;
  isReadOnly: boolean;
  onChange: (level: Level | undefined) => void;
}

function LevelChoice({ label, level, isOwn, isReadOnly, onChange }: LevelChoiceProps) {
  const { t } = useTranslation('access');
  return (
    <div className={classes['choice']}>
      <SegmentedControl
        size="xs"
        aria-label={t('fields.levelOf', { field: label })}
        className={classes['levels']}
        classNames={{ indicator: isOwn ? classes['chosen'] : classes['followed'] }}
        disabled={isReadOnly}
        value={level ?? ''}
        data={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
        onChange={(value) => onChange(value as Level)}
      />
      {isOwn && level && !isReadOnly ? (
        <Tooltip label={t('fields.reset')}>
          <ActionIcon
            size={26}
            aria-label={t('fields.resetOf', { field: label })}
            onClick={() => onChange(undefined)}
          >
            <IconArrowBackUp size={14} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <span className={classes['noReset']} />
      )}
    </div>
  );
}
