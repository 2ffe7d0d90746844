import { Alert, Button, Loader, Select, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconLock, IconTransfer, IconUpload } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { ApiProblem } from '@/lib/api-problem';
import { useFormats } from '@/lib/format/formats';
import { LoadMore } from '@/lib/load-more';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { queryClient } from '@/lib/query-client';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { type Move, moveKeys, movesQuery, planMove, SOURCES } from '../api/moves';
import wizard from '../import-wizard.module.css';
import list from '../imports-page.module.css';
import { MovePage } from './move-page';
import { MoveStatus } from './move-status';
import classes from './moves.module.css';

/** Largest upload. */
const MAX_BYTES = 1024 * 1024 * 1024;
const DETECTED = '$detected';

/** Moves from other CRMs: all of them, or the one that the address names. */
export default function MovesPage() {
  const { t } = useTranslation('imports');
  const { permissions } = useMe();
  const { moveId } = useParams({ strict: false }) as { moveId?: string };
  if (!mayUse(permissions, 'manageImports'))
    return (
      <StateMessage icon={<IconLock size={20} />} title={t('noRights.title')} text={t('noRights.text')} />
    );
  return moveId === undefined ? <Moves /> : <MovePage moveId={moveId} />;
}

/** Takes the export files of a new move, and lists earlier moves. */
function Moves() {
  const { t } = useTranslation('imports');
  useDocumentTitle(t('moves.title'));
  return (
    <section className={parts['page']} aria-labelledby="moves-title">
      <header className={parts['header']}>
        <PageTitle id="moves-title" title={t('moves.title')} icon={<IconTransfer size={18} aria-hidden />} />
        <Button size="xs" variant="default" component={Link} to="/imports">
          {t('title')}
        </Button>
      </header>
      <NewMove />
      <EarlierMoves />
    </section>
  );
}

function NewMove() {
  const { t } = useTranslation('imports');
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [source, setSource] = useState<Move['source'] | undefined>();
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>();
  const plan = useMutation({
    mutationFn: (files: readonly File[]) => planMove(files, source),
    onSuccess: (move) => {
      void queryClient.invalidateQueries({ queryKey: movesQuery.queryKey });
      queryClient.setQueryData(moveKeys.one(move.id), move);
      void navigate({ to: `/imports/moves/${move.id}` });
    },
  });
  const take = (files: readonly File[]) => {
    if (!files.length || plan.isPending) return;
    if (files.reduce((sum, { size }) => sum + size, 0) > MAX_BYTES) {
      plan.reset();
      return setRefusal(t('moves.tooLarge'));
    }
    setRefusal(undefined);
    plan.mutate(files);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  const { error } = plan;
  const first = error instanceof ApiProblem ? error.fields[0] : undefined;
  const problem = refusal ?? (first ? fieldProblemText(first) : error ? problemText(error) : undefined);
  return (
    <>
      <Select
        className={classes['source']}
        label={t('moves.from')}
        data={[
          { value: DETECTED, label: t('moves.detect') },
          ...Object.entries(SOURCES).map(([value, label]) => ({ value, label })),
        ]}
        value={source ?? DETECTED}
        allowDeselect={false}
        disabled={plan.isPending}
        onChange={(key) => setSource(key === DETECTED ? undefined : (key as Move['source']))}
      />
      <Text size="sm" c="dimmed" my="sm" className={classes['how']}>
        {t(`moves.how.${source ?? 'any'}`)}
      </Text>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut, the button inside does the same */}
      <div
        className={wizard['drop']}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span className={wizard['dropIcon']} aria-hidden>
          {plan.isPending ? <Loader size={20} /> : <IconUpload size={22} />}
        </span>
        <div className={wizard['dropText']}>
          <Text size="sm" fw={600} role="status">
            {t(plan.isPending ? 'moves.reading' : 'moves.drop')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('moves.kinds')}
          </Text>
        </div>
        <Button size="xs" disabled={plan.isPending} onClick={() => input.current?.click()}>
          {t('moves.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t('moves.choose')}
          accept=".csv,.tsv,.txt,.xlsx,.zip,text/csv,application/zip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          onChange={(event) => {
            take([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
      </div>
      {problem ? (
        <Alert color="red" variant="light" role="alert" mt="md" icon={<IconAlertTriangle size={18} />}>
          {problem}
        </Alert>
      ) : null}
    </>
  );
}

function EarlierMoves() {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const query = useInfiniteQuery(movesQuery);
  const moves = query.data?.pages.flatMap(({ data }) => data) ?? [];
  if (query.isPending)
    return <Skeleton height={52} radius="md" mt="xl" role="status" aria-label={t('run.loading')} />;
  if (query.isError && !moves.length)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('moves.listFailed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  if (!moves.length) return null;
  return (
    <section className={classes['part']} aria-labelledby="earlier-moves">
      <h2 id="earlier-moves" className={wizard['subtitle']}>
        {t('moves.earlier')}
      </h2>
      <ul className={parts['rows']}>
        {moves.map((move) => (
          <li key={move.id}>
            <Link to={`/imports/moves/${move.id}`} className={list['row']}>
              <span className={parts['what']}>
                <span className={parts['name']}>{move.sourceLabel}</span>
                <span className={parts['meta']}>{formats.ago(move.createdAt)}</span>
              </span>
              <span />
              <MoveStatus move={move} />
            </Link>
          </li>
        ))}
      </ul>
      <LoadMore query={query} label={t('more')} />
    </section>
  );
}
