import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import type { ObjectDescription, RecordData } from '../object-description';
import type { Conflict, ConflictChoice } from './conflict';
import { type CreateOptions, RecordFormContext, type RecordForms } from './record-form-context';

// Most page views never open a form, so its inputs, calendar included, load on demand.
const RecordFormDrawer = lazy(() => import('./record-form-drawer'));
const ConflictDialog = lazy(() => import('./conflict-dialog'));

interface OpenForm {
  key: number;
  object: ObjectDescription;
  record?: RecordData;
  options: CreateOptions;
  isOpen: boolean;
}

interface OpenConflict {
  object: ObjectDescription;
  conflict: Conflict;
  decide: (choices: Record<string, ConflictChoice> | undefined) => void;
}

/** Holds the open record forms and the conflict dialog for everything inside it. */
export function RecordFormProvider({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const [forms, setForms] = useState<OpenForm[]>([]);
  const [conflict, setConflict] = useState<OpenConflict | undefined>();
  const nextKey = useRef(0);

  const api = useMemo<RecordForms>(() => {
    const open = (form: Omit<OpenForm, 'key' | 'isOpen'>) => {
      nextKey.current += 1;
      const key = nextKey.current;
      setForms((current) => [...current.filter((other) => other.isOpen), { ...form, key, isOpen: true }]);
    };
    return {
      openCreate: (object, options = {}) => open({ object, options }),
      openEdit: (object, record) => open({ object, record, options: {} }),
      decideConflict: (object, found) =>
        new Promise((resolve) => {
          setConflict({
            object,
            conflict: found,
            decide: (choices) => {
              setConflict(undefined);
              resolve(choices);
            },
          });
        }),
    };
  }, []);

  const close = (key: number) =>
    setForms((current) => current.map((form) => (form.key === key ? { ...form, isOpen: false } : form)));

  const saved = (form: OpenForm, record: RecordData) => {
    close(form.key);
    if (form.options.onSaved) form.options.onSaved(record);
    else if (!form.record) void navigate({ to: `${form.object.path}/${record.id}` });
  };

  return (
    <RecordFormContext.Provider value={api}>
      {children}
      <Suspense fallback={null}>
        {forms.map((form, depth) => (
          <RecordFormDrawer
            key={form.key}
            object={form.object}
            record={form.record}
            initialValues={form.options.values}
            isOpen={form.isOpen}
            depth={depth}
            onClose={() => close(form.key)}
            onSaved={(record) => saved(form, record)}
          />
        ))}
        {conflict ? <ConflictDialog {...conflict} /> : null}
      </Suspense>
    </RecordFormContext.Provider>
  );
}
