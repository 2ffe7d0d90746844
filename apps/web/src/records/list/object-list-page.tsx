import { useParams } from '@tanstack/react-router';
import { NotFoundPage } from '@/app/page-states';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '../api/describe-objects';
import { RecordListPage } from './record-list-page';

/** /accounts, /contacts, …: the list of the object with that path. */
export default function ObjectListPage() {
  const { objectPath } = useParams({ strict: false }) as { objectPath: string };
  const object = useObjects().find((candidate) => candidate.path === `/${objectPath}`);
  useDocumentTitle(object?.pluralLabel ?? '404');
  return object ? <RecordListPage key={object.key} object={object} /> : <NotFoundPage />;
}
