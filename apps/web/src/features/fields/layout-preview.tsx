import { NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { roleName, rolesQuery } from '@/lib/roles';
import { fieldOf } from '@/records/object-description';
import { fieldsOfRoleQuery } from './api/layouts';
import type { SectionsProps } from './layout-sections';
import classes from './layouts.module.css';
import type { SectionDraft } from './model/layout-draft';

const FieldInput = lazy(() =>
  import('@/records/fields/field-input').then(({ FieldInput }) => ({ default: FieldInput })),
);

/** The layout as a role sees it: without fields that are hidden from it. */
export function LayoutPreview({ object, kind, draft, names }: SectionsProps) {
  const { t } = useTranslation('fields');
  const roles = useQuery(rolesQuery).data ?? [];
  const [role, setRole] = useState('');
  const seen = useQuery({ ...fieldsOfRoleQuery(object.key, role), enabled: role !== '' });
  const isSeen = (key: string) =>
    role === '' || !seen.data || seen.data.includes(key) || (fieldOf(object, key)?.isSystem ?? false);
  const section = (each: SectionDraft) => {
    const pieces = each.pieces.filter((piece) => piece.startsWith('panel:') || isSeen(piece.slice(6)));
    if (pieces.length === 0) return null;
    return (
      <div key={each.id}>
        {each.title ? (
          <h4 className={classes['previewTitle']}>
            {each.title}
            {each.isCollapsed ? ' ▸' : ''}
          </h4>
        ) : null}
        {each.when ? <span className={classes['previewNote']}>{t('layouts.conditional')}</span> : null}
        <div className={classes['previewPieces']} data-columns={each.columns}>
          {pieces.map((piece) => {
            const field = fieldOf(object, piece.slice(6));
            if (piece.startsWith('panel:') || !field)
              return (
                <div key={piece} className={classes['previewPanel']}>
                  {names.get(piece) ?? piece.slice(6)}
                </div>
              );
            return kind === 'form' ? (
              <Suspense key={piece} fallback={null}>
                <FieldInput
                  size="xs"
                  field={field}
                  label={field.label}
                  value={null}
                  isDisabled
                  onChange={() => undefined}
                />
              </Suspense>
            ) : (
              <div key={piece} className={classes['previewRow']}>
                <span>{field.label}</span>
                <span aria-hidden>–</span>
              </div>
            );
          })}
        </div>
      </div>
    );
  };
  return (
    <section className={classes['preview']} aria-label={t('layouts.preview')}>
      <h3 className={classes['heading']}>{t('layouts.preview')}</h3>
      <NativeSelect
        size="xs"
        aria-label={t('layouts.previewAs')}
        value={role}
        data={[
          { value: '', label: t('layouts.previewSelf') },
          ...roles.map((each) => ({ value: each.id, label: roleName(each) })),
        ]}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      {seen.isError ? (
        <Text size="xs" c="dimmed" role="status">
          {t('layouts.previewRefused')}
        </Text>
      ) : null}
      <div className={classes['page']} data-kind={kind}>
        {draft.sections.map(section)}
        {draft.tabs.map((tab) => (
          <div key={tab.id} className={classes['previewTab']}>
            <span className={classes['previewTabName']}>
              {tab.title || names.get(tab.sections[0]?.pieces[0] ?? 'panel:') || t('layouts.untitled')}
            </span>
            {tab.sections.map(section)}
          </div>
        ))}
      </div>
    </section>
  );
}
