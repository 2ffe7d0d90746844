/**
 * Writes the OpenAPI document to the given path, without a database:
 *   node apps/api/dist/emit-openapi.js docs/api/openapi.json
 */
import { writeFileSync } from 'node:fs';
import { documentText } from '@pellucid/platform/http';
import { declaredDocument } from './declared-document.js';

const path = process.argv[2];
if (!path) throw new Error('say where to write the document');
const document = await declaredDocument();
writeFileSync(path, documentText(document));
process.stdout.write(`${Object.keys(document['paths']).length} paths written to ${path}\n`);
process.exit(0);
