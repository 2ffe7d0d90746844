import { Alert, Button, Collapse, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconChevronDown, IconInfoCircle, IconPlus } from '@tabler/icons-react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { iconOf } from '@/records/object-presentation';
import classes from './gap-hints.module.css';
import { type Gap, gapsOf, withGapsClosed } from './model/gaps';
import type { RoleDraft } from './model/role-draft';
import { fieldLabel } from './use-labels';

interface GapHintsProps {
  draft: RoleDraft;
  isReadOnly: boolean;
  onChange: (change: (draft: RoleDraft) => RoleDraft) => void;
}

/** Objects that the role encounters in records without being able to view them, each with the right that would help. */
export function GapHints({ draft, isReadOnly, onChange }: GapHintsProps) {
  const { t, i18n } = useTranslation('access');
  const objects = useObjects();
  const [isOpen, { toggle }] = useDisclosure(false);
  const rows = useId();
  const gaps = useMemo(() => gapsOf(draft, objects), [draft, objects]);
  const grouping = gaps.filter(({ isGrouping }) => isGrouping);
  const others = gaps.filter(({ isGrouping }) => !isGrouping);
  const nameOf = (key: string) => objects.find((object) => object.key === key)?.pluralLabel ?? key;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const namesOf = (some: Gap[]) => list.format(some.map(({ object }) => object.pluralLabel));
  const close = (some: Gap[]) => onChange((current) => withGapsClosed(current, some));
  /** "Account of Contacts and Opportunities" */
  const viaOf = ({ via }: Gap) => {
    const byField = Map.groupBy(via, ({ object, field }) =>
      fieldLabel(
        objects.find(({ key }) => key === object),
        field,
      ),
    );
    return [...byField]
      .map(([field, from]) =>
        t('gaps.via', { field, objects: from.map(({ object }) => nameOf(object)).join(', ') }),
      )
      .join(' · ');
  };
  return (
    <>
      {grouping.length ? (
        <Alert
          color="yellow"
          variant="light"
          mb="sm"
          icon={<IconAlertTriangle size={16} />}
          title={t('gaps.groupingTitle', { what: namesOf(grouping) })}
        >
          <div className={classes['grouping']}>
            <span>{t('gaps.groupingText')}</span>
            {isReadOnly ? null : (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => close(grouping)}
              >
                {t('gaps.allow', { what: namesOf(grouping) })}
              </Button>
            )}
          </div>
        </Alert>
      ) : null}
      {others.length ? (
        <section className={classes['hint']} aria-label={t('gaps.title')}>
          <UnstyledButton
            className={classes['head']}
            aria-expanded={isOpen}
            aria-controls={rows}
            onClick={toggle}
          >
            <IconInfoCircle size={15} aria-hidden />
            <span className={classes['summary']}>{t('gaps.summary', { what: namesOf(others) })}</span>
            <IconChevronDown size={14} aria-hidden className={classes['chevron']} />
          </UnstyledButton>
          <Collapse expanded={isOpen} id={rows}>
            <p className={classes['text']}>{t('gaps.text')}</p>
            <ul className={classes['rows']}>
              {others.map((gap) => {
                const Icon = iconOf(gap.object);
                return (
                  <li key={gap.object.key} className={classes['row']}>
                    <Icon size={15} aria-hidden />
                    <span className={classes['what']}>
                      <span className={classes['name']}>{gap.object.pluralLabel}</span>
                      <span className={classes['via']}>{viaOf(gap)}</span>
                    </span>
                    {isReadOnly ? null : (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`${t('gaps.allowOne', { scope: t(`scopes.${gap.scope}`) })} · ${gap.object.pluralLabel}`}
                        onClick={() => close([gap])}
                      >
                        {t('gaps.allowOne', { scope: t(`scopes.${gap.scope}`) })}
                      </Button>
                    )}
                  </li>
                );
              })}
            </ul>
          </Collapse>
        </section>
      ) : null}
    </>
  );
}
