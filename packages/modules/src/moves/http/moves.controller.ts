import { Controller, Inject } from '@nestjs/common';
import { ImportFiles } from '@pellucid/modules/imports';
import {
  type ApiRequest,
  Endpoint,
  Exchange,
  type HttpExchange,
  listAnswer,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { MovesService } from '../moves.service.js';
import { planChanges } from '../planning/move-plan.js';
import { MoveRollbackService } from '../rollback/move-rollback.service.js';
import { answer, summary } from './move-answer.js';
import { withFiles } from './move-upload.js';
import { moveListQuery, moveListSchema, moveParts, moveSchema } from './moves.schemas.js';

const access = { system: 'manageImports' };
const tag = 'Moves';
const one = {
  tag,
  access,
  params: idParams,
  sample: (world: Record<string, string>) => ({ params: { id: world['move']! } }),
};

/** Endpoints for moving from another CRM by its export files. */
@Controller()
export class MovesController {
  constructor(
    @Inject(MovesService) private readonly moves: MovesService,
    @Inject(MoveRollbackService) private readonly rollbacks: MoveRollbackService,
    @Inject(ImportFiles) private readonly files: ImportFiles,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/moves',
    summary: 'Plan a move from another CRM',
    description:
      "Recognises the files of another CRM's export and returns a plan: which file brings what, fields by column, people and stages. Nothing is written until the move is started. The files are kept for a week.",
    tag,
    operationId: 'createMove',
    access,
    status: 201,
    idempotent: false, // changes no record; a repeated call makes a second plan, whose files are removed automatically
    multipart: { schema: moveParts },
    responses: { 201: moveSchema },
  })
  create(@RawRequest() request: ApiRequest) {
    return withFiles(request, this.files, async ({ files, source }) =>
      answer(await this.moves.create(files, source)),
    );
  }

  @Endpoint({
    method: 'get',
    path: '/moves',
    summary: 'List your moves, newest first',
    tag,
    operationId: 'listMoves',
    access,
    query: moveListQuery,
    responses: { 200: moveListSchema },
    sample: () => ({}),
  })
  async list(@Input() { query }: ParsedInput) {
    const { moves, nextCursor } = await this.moves.list(query.limit, query.cursor);
    return listAnswer(
      moves.map((move) => summary(move)),
      nextCursor,
    );
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/moves/{id}',
    summary: 'Get a move: its plan, progress and report',
    operationId: 'getMove',
    responses: { 200: moveSchema },
  })
  async get(@Input() { params }: ParsedInput) {
    return answer(await this.moves.state(params.id));
  }

  @Endpoint({
    ...one,
    method: 'patch',
    path: '/moves/{id}',
    summary: 'Change the plan of a move',
    operationId: 'changeMove',
    body: planChanges,
    responses: { 200: moveSchema },
    sample: (world: Record<string, string>) => ({ params: { id: world['move']! }, body: { people: [] } }),
  })
  async change(@Input() { params, body }: ParsedInput, @Exchange() { idempotency }: HttpExchange) {
    return answer(await this.moves.change(params.id, body, idempotency));
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/moves/{id}/start',
    summary: 'Start a planned move',
    description:
      'Adds the planned fields, people and stages, and imports the files in order, as a job. Needs the rights to import, create and update the objects, and to add what is new.',
    operationId: 'startMove',
    status: 202,
    responses: { 202: moveSchema },
  })
  async start(@Input() { params }: ParsedInput, @Exchange() { idempotency }: HttpExchange) {
    return answer(await this.moves.start(params.id, idempotency));
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/moves/{id}/cancel',
    summary: 'Stop a move, keeping what is done',
    operationId: 'cancelMove',
    idempotent: false, // a second cancellation changes nothing
    responses: { 200: moveSchema },
  })
  async cancel(@Input() { params }: ParsedInput) {
    return answer(await this.moves.cancel(params.id));
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/moves/{id}/rollback',
    summary: 'Roll a move back',
    description:
      'Undoes everything that the move created and changed, as a bulk job. What others have changed since stays. Fields that the move added stay too.',
    operationId: 'rollBackMove',
    status: 202,
    responses: { 202: moveSchema },
  })
  async rollBack(@Input() { params }: ParsedInput, @Exchange() { idempotency }: HttpExchange) {
    await this.rollbacks.start(params.id, idempotency);
    return answer(await this.moves.state(params.id));
  }
}
