// The answer of a query with stages that count: a table, with a bar behind the numbers of its last column.
import type { Row } from "./api";
import * as time from "./time";

export function Table({ rows }: { rows: Row[] }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const most = new Map(columns.map((column) => [column, Math.max(...rows.map((row) => (typeof row[column] === "number" ? row[column] : 0)))]));
  if (rows.length === 0) return <p class="empty">No row.</p>;
  return (
    <div class="scroll">
      <table class="answer">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => {
                const value = row[column];
                if (typeof value !== "number") return <td key={column}>{typeof value === "object" ? JSON.stringify(value) : value}</td>;
                return (
                  <td key={column} class="number">
                    <span class="bar" style={{ width: `${(100 * Math.max(value, 0)) / (most.get(column) || 1)}%` }} />
                    <span>{time.amount(value)}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
