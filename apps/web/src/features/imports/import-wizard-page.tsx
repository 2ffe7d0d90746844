import { Alert, Button, Group, Stepper, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconArrowLeft,
  IconArrowRight,
  IconFileImport,
  IconHistory,
  IconLock,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { queryClient } from '@/lib/query-client';
import { mayUse } from '@/lib/session/permissions';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import type { Inspection, Reading } from './api/import.types';
import {
  importKeys,
  importQuery,
  inspectFile,
  isUnderWay,
  previewImport,
  startImport,
  type TableSource,
} from './api/imports';
import type { ImportTemplate } from './api/import-templates';
import { FileStep } from './file-step';
import {
  type ImportChoices,
  livingChoices,
  mappedKeys,
  mappedTwice,
  repeatedChoices,
  suggestedChoices,
  suggestedMatchBy,
  toOptions,
} from './import-choices';
import { isImportable } from './importable';
import classes from './import-wizard.module.css';
import { IdentifyStep } from './identify-step';
import { MappingStep } from './mapping-step';
import { rowsWritten } from './progress';
import { ReviewStep } from './review-step';

/** Parameters for inspecting a file. */
interface Inspecting {
  source: TableSource;
  how: Reading;
  /** Choices of an earlier import to repeat. */
  repeats?: ImportChoices;
  /** The template that they come from. */
  template?: ImportTemplate;
}

const STEPS = ['file', 'mapping', 'identify', 'review'] as const;

/** Leads from a file to a running import, in four steps. */
export default function ImportWizardPage() {
  const { t } = useTranslation('imports');
  const { permissions } = useMe();
  useDocumentTitle(t('wizard.title'));
  if (mayUse(permissions, 'manageImports')) return <ImportWizard />;
  return <StateMessage icon={<IconLock size={20} />} title={t('noRights.title')} text={t('noRights.text')} />;
}

function ImportWizard() {
  const { t } = useTranslation('imports');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { object?: string; from?: string };
  const objects = useObjects().filter(isImportable);
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [step, setStep] = useState(0);
  /** The step that the user tried to leave before it was complete. */
  const [tried, setTried] = useState<number | undefined>();
  const [inspection, setInspection] = useState<Inspection | undefined>();
  const [reading, setReading] = useState<Reading>({});
  const [choices, setChoices] = useState<ImportChoices | undefined>();
  /** Whether the choices come from an earlier import. */
  const [isRepeated, setRepeated] = useState(false);
  const [template, setTemplate] = useState<ImportTemplate | undefined>();
  const heading = useRef<HTMLDivElement>(null);
  const object = objects.find(({ key }) => key === choices?.object);

  const inspect = useMutation({
    mutationFn: async ({ source, how, repeats }: Inspecting) => {
      const found = await inspectFile(source, how);
      // A file with the same columns is read as the last one was.
      const again = !repeats && source instanceof File ? found.previous : null;
      if (!again || objects.every(({ key }) => key !== again.object)) return { found, how };
      if (search.object && search.object !== again.object) return { found, how };
      const { choices: before, reading: chosen } = repeatedChoices(again);
      const { encoding: _, delimiter: __, sheet: ___, ...columns } = chosen;
      if (Object.keys(columns).length === 0) return { found, how, before };
      return { found: await inspectFile({ fileId: found.fileId }, columns), how: columns, before };
    },
    onSuccess: ({ found, how, before }, { source, repeats, template: used }) => {
      setInspection(found);
      setReading(how);
      setDryRun(undefined);
      const repeated = repeats ?? before;
      const meant = repeated && objects.find(({ key }) => key === repeated.object);
      if (meant) {
        setChoices(livingChoices(meant, found, repeated));
        setRepeated(true);
        setTemplate(used);
        return;
      }
      const isSame = !(source instanceof File) && choices !== undefined;
      const known = new Set(found.columns.map(({ name }) => name));
      // Reading the same file differently keeps the choices for columns that still exist.
      if (isSame && Object.keys(choices.columns).every((name) => known.has(name))) return;
      const wanted = objects.find(({ key }) => key === (choices?.object ?? search.object));
      const likely = objects.find(({ key }) => key === found.suggestions[0]?.object);
      const chosen = wanted ?? likely ?? objects[0];
      if (chosen) setChoices(suggestedChoices(chosen, found));
    },
  });
  const from = useQuery({ ...importQuery(search.from ?? ''), enabled: search.from !== undefined });
  const before = from.data;
  const began = useRef(false);
  useEffect(() => {
    // Another try with the file and choices of an earlier import.
    if (began.current || !before?.fileId || !before.options) return;
    began.current = true;
    const { choices: repeats, reading: how } = repeatedChoices(before.options);
    inspect.mutate({ source: { fileId: before.fileId }, how, repeats });
  }, [before, inspect.mutate]);
  const options = inspection && choices && object ? toOptions(object, choices, reading) : undefined;
  const wanted = JSON.stringify([inspection?.fileId, options]);
  const [dryRun, setDryRun] = useState<{ of: string; id: string } | undefined>();
  const dry = useMutation({
    mutationFn: async (of: string) => {
      if (!inspection || !options) throw new Error('nothing to try yet');
      return { of, id: await previewImport({ fileId: inspection.fileId }, options) };
    },
    onSuccess: setDryRun,
  });
  const dryRunId = dryRun?.of === wanted ? dryRun.id : undefined;
  const checked = useQuery({ ...importQuery(dryRunId ?? ''), enabled: dryRunId !== undefined });
  const tryOut = dry.mutate;
  // One dry run per set of choices.
  const isAwaited = step === STEPS.length - 1 && options !== undefined && dryRun?.of !== wanted;
  useEffect(() => {
    if (isAwaited) tryOut(wanted);
  }, [isAwaited, wanted, tryOut]);
  const isChecked = checked.data !== undefined && !isUnderWay(checked.data);
  const willDo = checked.data ? rowsWritten(checked.data.counts) : 0;
  const start = useMutation({
    mutationFn: () => {
      if (!inspection || !options) throw new Error('nothing to import yet');
      // It does what the preview shows, or is refused.
      return startImport(
        { fileId: inspection.fileId },
        { ...options, ...(dryRunId && { previewId: dryRunId }) },
      );
    },
    onSuccess: (id) => {
      void queryClient.invalidateQueries({ queryKey: importKeys.all });
      settle();
      void navigate({ to: `/imports/${id}`, replace: true });
    },
  });

  const isDirty = inspection !== undefined;
  const { settle } = useUnsavedChanges(isDirty);

  const canLeave = [
    inspection !== undefined && object !== undefined && !inspect.isPending,
    choices !== undefined && mappedKeys(choices).length > 0 && mappedTwice(choices).size === 0,
    choices !== undefined && (choices.mode === 'create' || choices.matchBy.length > 0),
  ];
  const reachable = (index: number) => canLeave.slice(0, index).every(Boolean);
  const go = (index: number) => {
    start.reset();
    dry.reset();
    setStep(index);
    // Moves scroll position and focus to the start of the new step.
    requestAnimationFrame(() => heading.current?.focus());
  };
  const update = (next: ImportChoices) => {
    // A file mapped manually may have a match key only now.
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
      <Form
        className={classes['form']}
        onSubmit={() => {
          if (canLeave[step]) go(step + 1);
          else setTried(step);
        }}
        // Enter in an input must not go to the next step.
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
        }}
      >
        <div className={classes['body']}>
          <div ref={heading} tabIndex={-1} className={classes['focus']}>
            {isRepeated && inspection && step < 2 ? (
              <Alert color="gray" variant="light" mb="md" icon={<IconHistory size={18} />}>
                <Group justify="space-between" gap="xs">
                  <RepeatedText inspection={inspection} template={template} />
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => {
                      const chosen = objects.find(({ key }) => key === (search.object ?? choices?.object));
                      if (chosen) setChoices(suggestedChoices(chosen, inspection));
                      setRepeated(false);
                      setTemplate(undefined);
                      inspect.mutate({ source: { fileId: inspection.fileId }, how: {} });
                    }}
                  >
                    {t('wizard.startOver')}
                  </Button>
                </Group>
              </Alert>
            ) : null}
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
                  setRepeated(false);
                  setTemplate(undefined);
                  inspect.mutate({ source: file, how: {} });
                }}
                onReading={(how) =>
                  inspection && inspect.mutate({ source: { fileId: inspection.fileId }, how })
                }
                onObject={(chosen) => inspection && setChoices(suggestedChoices(chosen, inspection))}
                preset={search.object}
                template={template}
                onTemplate={(chosen) => {
                  if (!inspection) return;
                  const { choices: repeats, reading: kept } = repeatedChoices(chosen.options);
                  // The file at hand is read as it is; dates and numbers are read as the template says.
                  const { encoding, delimiter, sheet } = reading;
                  const { encoding: _, delimiter: __, sheet: ___, ...columns } = kept;
                  const file = { encoding, delimiter, sheet, ...columns };
                  const how = Object.fromEntries(
                    Object.entries(file).filter(([, value]) => value),
                  ) as Reading;
                  inspect.mutate({ source: { fileId: inspection.fileId }, how, repeats, template: chosen });
                }}
              />
            ) : inspection && choices && object ? (
              step === 1 ? (
                <MappingStep
                  object={object}
                  inspection={inspection}
                  choices={choices}
                  onChange={update}
                  isTried={tried === step}
                  reading={reading}
                  isReading={inspect.isPending}
                  onReading={(how) => inspect.mutate({ source: { fileId: inspection.fileId }, how })}
                />
              ) : step === 2 ? (
                <IdentifyStep object={object} choices={choices} onChange={setChoices} />
              ) : (
                <ReviewStep
                  object={object}
                  inspection={inspection}
                  choices={choices}
                  reading={reading}
                  error={start.error ?? dry.error}
                  onGo={go}
                  options={options}
                  dryRunId={dryRunId}
                  onDryRun={() => {
                    start.reset();
                    tryOut(wanted);
                  }}
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
            <Group gap="md">
              <FormProblemCount />
              <Button
                type="submit"
                rightSection={<IconArrowRight size={15} />}
                disabled={step === 0 && !canLeave[step]}
              >
                {t('wizard.next')}
              </Button>
            </Group>
          ) : (
            <Group gap="xs">
              <Button
                leftSection={<IconPlayerPlay size={15} />}
                loading={start.isPending}
                disabled={!isChecked || willDo + (checked.data?.counts.unchanged ?? 0) === 0}
                onClick={() => start.mutate()}
              >
                {isChecked && willDo > 0 ? t('wizard.startRows', { count: willDo }) : t('wizard.start')}
              </Button>
            </Group>
          )}
        </footer>
      </Form>
    </section>
  );
}

/** Says where the choices come from that the wizard starts with, and what of them the file or the company has no more. */
function RepeatedText({
  inspection,
  template,
}: {
  inspection: Inspection;
  template: ImportTemplate | undefined;
}) {
  const { t } = useTranslation('imports');
  if (!template)
    return (
      <Text size="sm">
        {inspection.corrects
          ? t('wizard.corrects', { file: inspection.corrects.fileName })
          : t('wizard.repeated')}
      </Text>
    );
  const names = new Set(inspection.columns.map(({ name }) => name));
  const missing = Object.keys(template.options.mapping).filter((name) => !names.has(name));
  const gone = [...new Set(template.leftOut.map(({ column }) => column))];
  return (
    <div>
      <Text size="sm">{t('wizard.fromTemplate', { name: template.name })}</Text>
      {gone.length ? <Text size="xs">{t('wizard.fieldsGone', { columns: gone.join(', ') })}</Text> : null}
      {missing.length ? (
        <Text size="xs">{t('wizard.columnsMissing', { columns: missing.slice(0, 10).join(', ') })}</Text>
      ) : null}
    </div>
  );
}
