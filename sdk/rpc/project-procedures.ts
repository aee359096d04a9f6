import {
  archiveProjectRequest, archiveTaskRequest, createProjectRequest, discardFilesRequest, moveTaskRequest, projectBudgetRequest, projectQuery, projectsQuery, renameProjectRequest, taskRetentionRequest, tasksQuery,
} from '../protocol/project-requests.js'
import { discardFilesReply, moveTaskReply, projectListView, projectPageView, projectView, taskListView, taskView } from '../protocol/project-views.js'
import { operatorProcedure, router, viewerProcedure } from './trpc.js'

/** Which tasks belong together, and what they come to. A viewer looks; an operator makes, names, archives, moves, says what may be spent and how long answers are kept, and discards files. */
export const projectsRouter = router({
  list: viewerProcedure.input(projectsQuery.prefault({})).output(projectListView).query(({ ctx, input }) => ctx.services.projects.list(input)),
  show: viewerProcedure.input(projectQuery).output(projectPageView).query(({ ctx, input }) => ctx.services.projects.show(input.project)),
  tasks: viewerProcedure.input(tasksQuery.prefault({})).output(taskListView).query(({ ctx, input }) => ctx.services.projects.tasks(input)),

  create: operatorProcedure.input(createProjectRequest).output(projectView).mutation(({ ctx, input }) => ctx.services.projects.create(ctx.principal, input)),
  rename: operatorProcedure.input(renameProjectRequest).output(projectView).mutation(({ ctx, input }) => ctx.services.projects.rename(ctx.principal, input)),
  archive: operatorProcedure.input(archiveProjectRequest).output(projectView).mutation(({ ctx, input }) => ctx.services.projects.archive(ctx.principal, input)),
  archiveTask: operatorProcedure.input(archiveTaskRequest).output(taskView).mutation(({ ctx, input }) => ctx.services.projects.archiveTask(ctx.principal, input)),
  setRetention: operatorProcedure.input(taskRetentionRequest).output(taskView).mutation(({ ctx, input }) => ctx.services.projects.setRetention(ctx.principal, input)),
  move: operatorProcedure.input(moveTaskRequest).output(moveTaskReply).mutation(({ ctx, input }) => ctx.services.projects.move(ctx.principal, input)),
  setBudget: operatorProcedure.input(projectBudgetRequest).output(projectView).mutation(({ ctx, input }) => ctx.services.projects.setBudget(ctx.principal, input)),
  discardFiles: operatorProcedure.input(discardFilesRequest).output(discardFilesReply).mutation(({ ctx, input }) => ctx.services.projects.discardFiles(ctx.principal, input)),
})
