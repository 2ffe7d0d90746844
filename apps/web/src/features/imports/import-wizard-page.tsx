import { Button, Group, Stepper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconArrowRight, IconFileImport, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { queryClient } from '@/lib/query-client';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { byPresentation } from '@/records/object-presentation';
import type { Inspection, Reading } from './api/import.types';
import { importKeys, inspectFile, startImport, type TableSource } from './api/imports';
import { FileStep } from './file-step';
import {
  type ImportChoices,
  mappedKeys,
  mappedTwice,
  suggestedChoices,
  suggestedMatchBy,
  toOptions,
} from './import-choices';
import { isImportable } from './import-targets';
import classes from './import-wizard.module.css';
import { IdentifyStep } from './identify-step';
import { MappingStep } from './mapping-step';
import { ReviewStep } from './review-step';

const STEPS = ['file', 'mapping', 'identify', 'review'] as const;

/** From a file to a running import, in four steps. */
export default function ImportWizardPage() {
  const { t } = useTranslation('imports');
  useDocumentTitle(t('wizard.title'));
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { object?: string };
  const objects = useObjects().filter(isImportable).sort(byPresentation);
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [step, setStep] = useState(0);
  const [inspection, setInspection] = useState<Inspection | undefined>();
  const [reading, setReading] = useState<Reading>({});
  const [choices, setChoices] = useState<ImportChoices | undefined>();
  const heading = useRef<HTMLDivElement>(null);
  const object = objects.find(({ key }) => key === choices?.object);

  const inspect = useMutation({
    mutationFn: ({ source, how }: { source: TableSource; how: Reading }) => inspectFile(source, how),
    onSuccess: (found, { source, how }) => {
      setInspection(found);
      setReading(how);
      const isSame = !(source instanceof File) && choices !== undefined;
      const known = new Set(found.columns.map(({ name }) => name));
      // Another reading of the same file keeps what was decided for the columns that are still there.
      if (isSame && Object.keys(choices.columns).every((name) => known.has(name))) return;
      const wanted = objects.find(({ key }) => key === (choices?.object ?? search.object));
      const likely = objects.find(({ key }) => key === found.suggestions[0]?.object);
      const chosen = wanted ?? likely ?? objects[0];
      if (chosen) setChoices(suggestedChoices(chosen, found));
    },
  });
  const start = useMutation({
    mutationFn: () => {
      if (!inspection || !choices || !object) throw new Error('nothing to import yet');
      return startImport({ fileId: inspection.fileId }, toOptions(object, choices, reading));
    },
    onSuccess: (id) => {
      void queryClient.invalidateQueries({ queryKey: importKeys.all });
      void navigate({ to: `/imports/${id}`, replace: true });
    },
  });

  const isDirty = inspection !== undefined && !start.isSuccess;
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isDirty]);

  const canLeave = [
    inspection !== undefined && object !== undefined && !inspect.isPending,
    choices !== undefined && mappedKeys(choices).length > 0 && mappedTwice(choices).size === 0,
    choices !== undefined && (choices.mode === 'create' || choices.matchBy.length > 0),
  ];
  const reachable = (index: number) => canLeave.slice(0, index).every(Boolean);
  const go = (index: number) => {
    start.reset();
    setStep(index);
    // The new step begins at its top, for eyes and screen readers alike.
    requestAnimationFrame(() => heading.current?.focus());
  };
  const update = (next: ImportChoices) => {
    // A file mapped by hand may get its match key only now.
    if (object && next.matchBy.length === 0 && next.mode !== 'create') {
      setChoices({ ...next, matchBy: suggestedMatchBy(object, mappedKeys(next)) });
    } else setChoices(next);
  };

  return (
    <section className={classes['page']} aria-labelledby="wizard-title">
      <header className={classes['header']}>
        <PageTitle
          id="wizard-title"
          title={t('wizard.title')}
          icon={<IconFileImport size={18} aria-hidden />}
        />
        {inspection ? (
          <Text size="xs" c="dimmed" className="pl-truncate">
            {inspection.name}
          </Text>
        ) : null}
      </header>
      {isNarrow ? (
        <Text size="xs" c="dimmed" px="md" pb="xs">
          {t('wizard.step', {
            step: step + 1,
            of: STEPS.length,
            name: t(`wizard.steps.${STEPS[step] ?? 'file'}`),
          })}
        </Text>
      ) : (
        <Stepper
          active={step}
          onStepClick={go}
          size="xs"
          iconSize={26}
          className={classes['stepper']}
          aria-label={t('wizard.stepsLabel')}
        >
          {STEPS.map((key, index) => (
            <Stepper.Step key={key} label={t(`wizard.steps.${key}`)} allowStepSelect={reachable(index)} />
          ))}
        </Stepper>
      )}
      <div className={classes['body']}>
        <div ref={heading} tabIndex={-1} className={classes['focus']}>
          {step === 0 ? (
            <FileStep
              objects={objects}
              object={object}
              inspection={inspection}
              reading={reading}
              isReading={inspect.isPending}
              error={inspect.error}
              onFile={(file) => {
                setInspection(undefined);
                setChoices(undefined);
                inspect.mutate({ source: file, how: {} });
              }}
              onReading={(how) =>
                inspection && inspect.mutate({ source: { fileId: inspection.fileId }, how })
              }
              onObject={(chosen) => inspection && setChoices(suggestedChoices(chosen, inspection))}
            />
          ) : inspection && choices && object ? (
            step === 1 ? (
              <MappingStep object={object} inspection={inspection} choices={choices} onChange={update} />
            ) : step === 2 ? (
              <IdentifyStep object={object} choices={choices} onChange={setChoices} />
            ) : (
              <ReviewStep
                object={object}
                inspection={inspection}
                choices={choices}
                reading={reading}
                error={start.error}
                onGo={go}
              />
            )
          ) : null}
        </div>
      </div>
      <footer className={classes['footer']}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={15} />}
          disabled={step === 0}
          onClick={() => go(step - 1)}
        >
          {t('wizard.back')}
        </Button>
        {step < STEPS.length - 1 ? (
          <Button
            rightSection={<IconArrowRight size={15} />}
            disabled={!canLeave[step]}
            onClick={() => go(step + 1)}
          >
            {t('wizard.next')}
          </Button>
        ) : (
          <Group gap="xs">
            <Button
              leftSection={<IconPlayerPlay size={15} />}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {t('wizard.start')}
            </Button>
          </Group>
        )}
      </footer>
    </section>
  );
}
