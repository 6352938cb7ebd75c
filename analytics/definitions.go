package analytics

import (
	"context"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/report"
)

// Definitions are the words of every figure.
type Definitions struct {
	FormulaVersion string                    `json:"formula_version"`
	Definitions    []report.FigureDefinition `json:"definitions"`
}

// Definitions says what every figure counts, by which formula and whose; accounts that are not there
// are a *models.Error with CodeNotFound.
func (m *Analytics) Definitions(ctx context.Context, accounts []string) (Definitions, error) {
	if _, err := m.accounts(ctx, accounts); err != nil {
		return Definitions{}, err
	}
	return Definitions{FormulaVersion: indices.FormulaVersion, Definitions: report.FigureDefinitions()}, nil
}
