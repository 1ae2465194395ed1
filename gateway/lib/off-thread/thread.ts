// The thread itself: runs one job after the other, and waits in the middle of one for the answer to a question.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Ask, FromThread, JobFunction, ThreadData, ThreadMemory, ToThread } from './job.ts';

const { questions, signal } = workerData as ThreadData;

const ask: Ask = (question) => {
  Atomics.store(signal, 0, 0);
  questions.postMessage(question);
  Atomics.wait(signal, 0, 0);
  const { answer, error } = receiveMessageOnPort(questions)?.message ?? { error: 'there was no answer' };
  if (error !== undefined) throw new Error(error);
  return answer;
};

function memory(): ThreadMemory {
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, external };
}

async function run({ module, name, input }: ToThread): Promise<{ output: unknown } | { error: string }> {
  try {
    const job = (await import(module))[name] as JobFunction<unknown, unknown>;
    return { output: await job(input, ask) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', async (message: ToThread) => {
  const result: FromThread = { id: message.id, ...(await run(message)), memory: memory() };
  parentPort?.postMessage(result);
});
