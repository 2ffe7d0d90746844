import { CloseButton, Input, Pill, Select } from '@mantine/core';
import { type MouseEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '../api/describe-objects';
import type { FieldDescription, LinkedRecord } from '../object-description';
import classes from './link-picker.module.css';
import { ReferencePicker } from './reference-picker';

interface LinkPickerProps {
  field: FieldDescription;
  value: LinkedRecord[];
  /** Whether another record takes the place of the one before. */
  isSingle: boolean;
  /** What a link without a role says. */
  noRole: string;
  onChange: (value: LinkedRecord[]) => void;
  label?: ReactNode;
  description?: ReactNode;
  error?: ReactNode;
  isDisabled?: boolean;
  autoFocus?: boolean;
  size?: 'xs' | 'sm';
  canCreate?: boolean;
  onBlur?: () => void;
}

/** Marks the button that removes a link. */
const REMOVES = 'data-removes-link';
const REMOVABLE = { [REMOVES]: true };

/** Before a pill is removed, gives the focus to its neighbour, or to the first input if it was the only one. */
function focusNeighbour(remove: HTMLElement): void {
  const picker = remove.closest('fieldset');
  const buttons = [...(picker?.querySelectorAll<HTMLElement>(`[${REMOVES}]`) ?? [])];
  const place = buttons.indexOf(remove);
  const next = buttons[place + 1] ?? buttons[place - 1] ?? picker?.querySelector<HTMLElement>('input');
  next?.focus();
}

const inRole = ({ role: _, ...link }: LinkedRecord, role: string | null): LinkedRecord =>
  role === null ? link : { ...link, role };

const keyOf = ({ object, id }: LinkedRecord) => `${object}/${id}`;

/** Picks records of several objects: first the object, then the record by search. Each can have a role, if the field has any. */
export default function LinkPicker({
  field,
  value,
  isSingle,
  noRole,
  onChange,
  label,
  description,
  error,
  ...props
}: LinkPickerProps) {
  const { t } = useTranslation('records');
  const objects = useObjects().filter(({ key }) => field.linksTo?.includes(key));
  const [chosen, setChosen] = useState(value[0]?.object ?? objects[0]?.key);
  const target = objects.find(({ key }) => key === chosen) ?? objects[0];
  const id = useId();
  const size = props.size ?? 'sm';
  const roles = field.options ?? [];
  // With roles, the only record stands in a row too, beside its role.
  const held = isSingle && !roles.length ? value.find(({ object }) => object === target?.key) : undefined;
  const picked = value.filter((link) => link !== held);
  const remove = (link: LinkedRecord) => onChange(value.filter((other) => keyOf(other) !== keyOf(link)));
  const nameOf = (link: LinkedRecord) => link.name || t('access.notVisible');
  const removes = (link: LinkedRecord) => ({
    'aria-label': t('picker.remove', { name: nameOf(link) }),
    'aria-hidden': undefined,
    tabIndex: 0,
    ...REMOVABLE,
    // Before the click removes it.
    onClickCapture: ({ currentTarget }: MouseEvent<HTMLButtonElement>) => focusNeighbour(currentTarget),
  });
  const content = (link: LinkedRecord) => (
    <>
      <span className={classes['object']}>{objects.find(({ key }) => key === link.object)?.label}</span>{' '}
      {nameOf(link)}
    </>
  );
  const add = (link: LinkedRecord) =>
    onChange(isSingle ? [link] : [...value.filter((other) => keyOf(other) !== keyOf(link)), link]);
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={error}
      size={size}
      withAsterisk={Boolean(label) && field.required}
      labelElement="div"
    >
      <fieldset aria-label={field.label} className={classes['picker']}>
        {picked.length && roles.length ? (
          <ul className={classes['rows']}>
            {picked.map((link) => (
              <li key={keyOf(link)} className={classes['row']}>
                <div className={classes['said']}>
                  <span className={classes['name']}>{content(link)}</span>
                  <Select
                    size="xs"
                    className={classes['role']}
                    aria-label={t('picker.role', { name: nameOf(link) })}
                    placeholder={noRole}
                    disabled={props.isDisabled ?? false}
                    data={roles.map((option) => ({ value: option.value, label: option.label }))}
                    value={link.role ?? null}
                    clearable
                    clearButtonProps={{ 'aria-label': t('picker.clear') }}
                    onChange={(role) =>
                      onChange(value.map((other) => (other === link ? inRole(link, role) : other)))
                    }
                  />
                </div>
                {props.isDisabled ? null : (
                  <CloseButton size="sm" {...removes(link)} onClick={() => remove(link)} />
                )}
              </li>
            ))}
          </ul>
        ) : null}
        {picked.length && !roles.length ? (
          <Pill.Group className={classes['picked']}>
            {picked.map((link) => (
              <Pill
                key={keyOf(link)}
                size={size}
                withRemoveButton={!props.isDisabled}
                removeButtonProps={removes(link)}
                onRemove={() => remove(link)}
              >
                {content(link)}
              </Pill>
            ))}
          </Pill.Group>
        ) : null}
        <div className={classes['search']}>
          <Select
            size={size}
            className={classes['of']}
            aria-label={t('picker.object', { field: field.label })}
            allowDeselect={false}
            disabled={props.isDisabled}
            data={objects.map((object) => ({ value: object.key, label: object.label }))}
            value={target?.key ?? null}
            onChange={(next) => setChosen(next ?? chosen)}
          />
          {target ? (
            <div className={classes['record']}>
              <ReferencePicker
                {...props}
                key={target.key}
                aria-label={t('picker.record', { field: field.label, object: target.label })}
                object={target}
                size={size}
                isRequired={false}
                value={held ?? null}
                onChange={(next) => {
                  if (next) add({ ...next, object: target.key });
                  else onChange(value.filter((link) => link !== held));
                }}
              />
            </div>
          ) : null}
        </div>
      </fieldset>
    </Input.Wrapper>
  );
}
