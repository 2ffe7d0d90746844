import { type Control, useWatch } from 'react-hook-form';
import { fieldsOf as fieldsOfCondition } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import type { OwnLayout } from '../api/own-layouts';
import { toWireValue } from '../fields/wire-value';
import { conditionsOf, layoutFor, placedSections, typeFields } from '../layout/layout-model';
import { useConditionTest } from '../layout/use-condition-test';
import { UnreadText } from '@/lib/typed/unread-text';
import { type FieldDescription, fieldOf, type ObjectDescription } from '../object-description';
import type { FieldSection } from './form-sections';

type Values = Record<string, unknown>;

/**
 * The sections of a form, as the layout for what is being typed says. Required fields that it leaves out come last, since
 * the form could not be saved without them. Out: undefined if no layout applies.
 */
export function useFormLayout(
  object: ObjectDescription,
  control: Control<Values>,
  layouts: OwnLayout[] | undefined,
  isOffered: (field: FieldDescription) => boolean,
): FieldSection[] | undefined {
  const { t } = useTranslation('records');
  // Only what layouts and conditions ask for, so that other keystrokes don't draw the form again.
  const forms = (layouts ?? []).filter(({ kind }) => kind === 'form');
  const asked = [
    ...new Set([
      ...typeFields(layouts, 'form'),
      ...forms
        .flatMap(conditionsOf)
        .flatMap(fieldsOfCondition)
        .map((path) => path.join('.')),
    ]),
  ];
  const watched = useWatch({ control, name: asked });
  const read = (key: string) => {
    const field = fieldOf(object, key);
    const value = watched[asked.indexOf(key)];
    return field && !(value instanceof UnreadText) ? toWireValue(field, value) : undefined;
  };
  const layout = layoutFor(layouts, 'form', read);
  const test = useConditionTest(object, conditionsOf(layout).length > 0);
  if (!layout) return undefined;
  const sections = placedSections(
    layout.sections,
    object,
    isOffered,
    (condition) => test?.(condition, read) ?? true,
  ).map(({ title, pieces, columns, isCollapsed }): FieldSection => {
    const fields = pieces.filter((piece) => typeof piece !== 'string');
    // What must be entered is never hidden behind a closed section.
    return { title, fields, columns, isCollapsed: isCollapsed && !fields.some(({ required }) => required) };
  });
  const shown = new Set(sections.flatMap(({ fields }) => fields));
  const missing = object.fields.filter((field) => field.required && isOffered(field) && !shown.has(field));
  return missing.length ? [...sections, { title: t('form.requiredSection'), fields: missing }] : sections;
}
